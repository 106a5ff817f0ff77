import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from '../logger.ts';

/**
 * Bolt's and web-api's log lines, on our logger. Their debug lines carry whole requests, with what people
 * wrote, so those are dropped; of the others only the text and no object is kept.
 */
export function createBoltLogger(logger: Logger): BoltLogger {
  function write(level: 'info' | 'warn' | 'error', parts: unknown[]): void {
    const detail = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
    // Bolt calls everything an error that it hands to us or tries again; we decide what is one.
    if (level === 'info') logger.debug({ detail }, 'Slack client reports');
    else logger.warn({ detail }, 'Slack client warns');
  }
  return {
    debug: () => undefined,
    info: (...parts) => write('info', parts),
    warn: (...parts) => write('warn', parts),
    error: (...parts) => write('error', parts),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
