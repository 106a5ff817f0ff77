import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/clock.ts';
import { SLACK_TIMES } from './slack-limits.ts';

/** What a trigger id was handed out for. */
export interface TriggerOrigin {
  userId: string;
  /** The view in which the person acted; absent for commands and messages. */
  viewId?: string;
}

export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

interface Trigger {
  origin: TriggerOrigin;
  issuedAtMs: number;
  isUsed: boolean;
}

/** Trigger ids as Slack treats them: each opens one view, within 3 seconds of the given clock. */
export class TriggerIds {
  private readonly clock: Clock;
  private readonly triggers = new Map<string, Trigger>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Makes a new id. */
  issue(origin: TriggerOrigin): string {
    const id = `${this.clock.now().getTime()}.${this.triggers.size + 1}.${randomBytes(16).toString('hex')}`;
    this.observe(id, origin);
    return id;
  }

  /** Starts the 3 seconds of an id that someone else made. */
  observe(id: string, origin: TriggerOrigin): void {
    this.triggers.set(id, { origin, issuedAtMs: this.clock.now().getTime(), isUsed: false });
  }

  /** Gives what the id was handed out for, without using it up. */
  find(id: string): TriggerOrigin | undefined {
    return this.triggers.get(id)?.origin;
  }

  /** Uses the id up; gives Slack's error when it cannot be used. */
  use(id: string): TriggerError | undefined {
    const trigger = this.triggers.get(id);
    if (trigger === undefined) return 'invalid_trigger_id';
    if (trigger.isUsed) return 'exchanged_trigger_id';
    if (this.clock.now().getTime() - trigger.issuedAtMs > SLACK_TIMES.triggerIdMs)
      return 'expired_trigger_id';
    trigger.isUsed = true;
    return undefined;
  }
}
