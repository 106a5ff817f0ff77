import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/clock.ts';
import { SLACK_TIMES } from './slack-limits.ts';

interface ResponseUrl<Target> {
  target: Target;
  issuedAtMs: number;
  uses: number;
}

/** `response_url`s as Slack treats them: five uses, thirty minutes. */
export class ResponseUrls<Target> {
  private readonly clock: Clock;
  private readonly urls = new Map<string, ResponseUrl<Target>>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Makes a new one and gives its key, the last segment of its path. */
  issue(target: Target): string {
    const key = randomUUID();
    this.urls.set(key, { target, issuedAtMs: this.clock.now().getTime(), uses: 0 });
    return key;
  }

  /** Counts one use and gives the target; the error that Slack answers when it may not be used. */
  use(key: string): { target: Target } | { error: 'invalid_url' | 'expired_url' | 'used_url' } {
    const url = this.urls.get(key);
    if (url === undefined) return { error: 'invalid_url' };
    if (this.clock.now().getTime() - url.issuedAtMs > SLACK_TIMES.responseUrlMs)
      return { error: 'expired_url' };
    if (url.uses >= SLACK_TIMES.responseUrlUses) return { error: 'used_url' };
    url.uses += 1;
    return { target: url.target };
  }
}
