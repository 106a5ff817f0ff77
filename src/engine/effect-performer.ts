import type { Definition } from '../domain/definition.ts';
import type { Effect, MessageRef } from '../domain/effect.ts';
import type { ExecutionState } from '../domain/execution.ts';

/** What whoever performs effects may look at: the execution as it stands now. */
export interface Task {
  execution: ExecutionState;
  definition: Definition;
  /** Messages already posted, by key. */
  messages: Readonly<Record<string, MessageRef>>;
}

export type EffectResult =
  /** Done; `messages` are to be remembered under their keys, in the same write that takes the effect out. */
  | { kind: 'done'; messages?: Record<string, MessageRef> }
  /** It is not its turn yet, and nothing has failed: tried again for as long as it takes. */
  | { kind: 'wait'; afterMs: number; error: string }
  /** It failed; safe to try again. `maybeSent`: it may have arrived although no answer came. */
  | { kind: 'retry'; afterMs: number; error: string; maybeSent: boolean }
  /** Will never work. */
  | { kind: 'dead'; error: string };

/** Does effects on the outside. Implemented for Slack; replaced in tests and simulations. */
export interface EffectPerformer {
  /** Never throws for what the outside does; a thrown error is a programming error and is retried. */
  perform(effect: Effect, task: Task): Promise<EffectResult>;
}
