/** A claim to call a provider. `ticket` is the caller's own name for it: the same step run asks again with the same ticket. */
export interface SlotRequest {
  provider: string;
  orgId: string;
  ticket: string;
}

/** The right to call a provider until `until`; renewed while the call goes on. */
export interface Slot extends SlotRequest {
  /** Fences: a slot that was lost and given anew has another. */
  token: string;
  until: Date;
}

/** `given`: slots that others got meanwhile, who may not know it yet: wake them. */
export type SlotAnswer = { given: Slot[] } & (
  | { kind: 'slot'; slot: Slot }
  /**
   * `queuedBehind`: how many came earlier and wait as well, at most 1,000. Ask again when told, or else at
   * `askAgainAt`: the later, the more wait before.
   */
  | { kind: 'queued'; queuedBehind: number; askAgainAt: Date }
);

/**
 * The limit on parallel calls of each provider, over all processes. Free slots go to the org that was
 * served longest ago, and within an org first come, first served. A slot whose holder has died comes
 * back when its lease is over. A ticket that nobody has asked about for an hour loses its place.
 */
export interface ProviderSlots {
  /** A slot, or a place in the queue. Safe to repeat: a ticket keeps its place, and its slot. */
  acquire(request: SlotRequest): Promise<SlotAnswer>;
  /** Prolongs the lease. False when the slot is lost: stop. */
  renew(slot: Slot): Promise<boolean>;
  /**
   * Gives the slot back. Safe to repeat.
   *
   * @returns the slots that were given to those who waited: wake them, or they find out at `askAgainAt`
   */
  release(slot: Slot): Promise<Slot[]>;
  /** Gives up a place in the queue, or a slot that nobody has picked up. @returns as `release` does */
  leave(request: SlotRequest): Promise<Slot[]>;
}

/** A look at those who wait, which changes nothing. */
export interface ProviderQueue {
  /** How many came earlier to the same provider and wait as well, at most 1,000; null for a ticket that waits nowhere. */
  queuedBehind(providers: readonly string[], ticket: string): Promise<number | null>;
}
