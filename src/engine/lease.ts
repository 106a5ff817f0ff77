import { earliest } from '../domain/due.ts';
import type { Lease, Outbox } from '../domain/execution-record.ts';
import { nextEffectAt } from './next-effect.ts';

/** Who this process is, and for how long it may act before others may think that it died. */
export interface LeaseTerms {
  /** Different for each start of each process. */
  holder: string;
  leaseMs: number;
}

export function takeLease(terms: LeaseTerms, now: Date): Lease {
  return { holder: terms.holder, until: new Date(now.getTime() + terms.leaseMs), released: false };
}

export function releaseLease(lease: Lease, now: Date): Lease {
  return { ...lease, until: now, released: true };
}

export function isHeldByOther(lease: Lease, terms: LeaseTerms, now: Date): boolean {
  return lease.holder !== terms.holder && !lease.released && lease.until > now;
}

/** When an execution that nobody holds needs attention next: a timer, or an effect that was put off. */
export function dueAtWhenReleased(timerAt: Date | null, outbox: Outbox, now: Date): Date | null {
  if (outbox.events.length > 0) return now;
  return earliest([timerAt, nextEffectAt(outbox.effects, now)]);
}
