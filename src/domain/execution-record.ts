import type { Effect, MessageRef } from './effect.ts';
import type { ExecutionEvent } from './event.ts';
import type { ExecutionState } from './execution.ts';

/**
 * A worker's time-limited right to act for an execution. `holder` stays after the lease was given back,
 * and fences everyone else's late writes: they name the holder that they believe in.
 */
export interface Lease {
  /** The worker, and which of the leases that it took: a worker that lost one and took it again is another holder. */
  holder: string;
  until: Date;
  /** True when the holder gave it back in order; false when it is held, or was lost with its holder. */
  released: boolean;
}

/** An effect that was given up, and why. */
export interface DeadEffect {
  effect: Effect;
  error: string;
  at: Date;
}

/** What was committed and is not yet done. */
export interface Outbox {
  events: ExecutionEvent[];
  effects: Effect[];
}

/**
 * The part of the execution's document that belongs to the delivery of effects and events. Only the
 * holder of the lease takes from it; a commit only adds to the outbox.
 */
export interface Delivery {
  /** Slack messages of the task by key: `card`, `ask-<stepIndex>-<recipientIndex>`. */
  messages: Record<string, MessageRef>;
  outbox: Outbox;
  dead: DeadEffect[];
  lease: Lease;
  /** The earliest moment at which the execution needs anything done; null when it needs nothing. */
  dueAt: Date | null;
  /** How often the holder of a lease has written what it did. A settlement names it, so that one that comes late changes nothing. */
  settleCount: number;
  /** What was asked for when it was started; a second start with the same key finds this one. */
  startKey: string | null;
}

/** An execution as it is stored: one document. */
export interface ExecutionRecord {
  state: ExecutionState;
  delivery: Delivery;
}
