import { earliest } from '../domain/due.ts';
import type { Lease, Outbox } from '../domain/execution-record.ts';
import { nextEffectAt } from './next-effect.ts';

/** Who this process is, and for how long it may act before others may think that it died. */
export interface LeaseTerms {
  /** Different for each start of each process. */
  holder: string;
  leaseMs: number;
}

export function renewLease(lease: Lease, leaseMs: number, now: Date): Lease {
  return { holder: lease.holder, until: new Date(now.getTime() + leaseMs), released: false };
}

export function releaseLease(lease: Lease, now: Date): Lease {
  return { ...lease, until: now, released: true };
}

/** When an execution that nobody holds needs attention next: a timer, or an effect that was put off. */
export function dueAtWhenReleased(timerAt: Date | null, outbox: Outbox, now: Date): Date | null {
  if (outbox.events.length > 0) return now;
  return earliest([timerAt, nextEffectAt(outbox.effects, now)]);
}
