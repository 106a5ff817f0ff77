import type { Logger } from '../logger.ts';
import type { Installations } from '../slack/install/installations.ts';
import type { Stoppers } from './stoppers.ts';

export interface TakeUpParts {
  installations: Pick<Installations, 'takeUpParked'>;
  stoppers: Pick<Stoppers, 'add'>;
  logger: Logger;
  /** Default: a minute. */
  everyMs?: number;
}

/** Looks for parked work that has to go on, until the process stops: no moment at which work is parked loses it. */
export function takeUpRegularly({ installations, stoppers, logger, everyMs = 60_000 }: TakeUpParts): void {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= installations
      .takeUpParked()
      .catch((error: unknown) => logger.warn({ err: error }, 'parked work could not be looked for yet'))
      .finally(() => (running = null));
  }, everyMs);
  stoppers.add(async () => {
    clearInterval(timer);
    await running;
  });
}
