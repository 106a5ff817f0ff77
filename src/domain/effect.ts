/**
 * Something to be done to the outside because of a transition. An effect says what to show, not how it
 * looks: whoever does it renders the execution as it stands at that moment, so a late effect never
 * shows something old.
 */
export type EffectBody =
  /** Post the task's root card, or bring it up to date. */
  | { kind: 'task-card' }
  /** Ask one recipient of the step execution at `stepIndex` to act. */
  | { kind: 'ask'; stepIndex: number; recipientIndex: number }
  /** Bring all asks of the step execution at `stepIndex` up to date: decided, closed, votes so far. */
  | { kind: 'update-asks'; stepIndex: number }
  /**
   * Remind one recipient of the step execution at `stepIndex`, unless they have acted, or a later reminder was
   * decided on meanwhile. `reminder` counts from 1 for this recipient; a warning of the deadline does not count.
   * `workingHours`: not before the next moment at which the person works.
   */
  | {
      kind: 'remind';
      stepIndex: number;
      recipientIndex: number;
      reminder: number;
      about: 'reminder' | 'deadline';
      workingHours: boolean;
    }
  /** Say in the task's thread what became of a step. */
  | {
      kind: 'step-note';
      stepIndex: number;
      about:
        | 'decided'
        | 'completed'
        | 'escalated'
        | 'timed-out'
        | 'undeliverable'
        | 'reassigned'
        | 'delegated'
        /** Somebody has said whether an agent may make its calls. */
        | 'calls-decided'
        /** A model, an agent or a tool has come to its end with it: what it did, and what came out. */
        | 'ran';
    }
  /**
   * Put the whole of what a run has handed on into the task's thread as a file, when its note had to cut it. With
   * `recipientIndex`: the whole of the calls that this recipient is asked about, with their ask.
   */
  | { kind: 'run-file'; stepIndex: number; recipientIndex?: number }
  /** Tell the workflow's owners that a step lacks somebody who could do it. `reason` is a sentence. */
  | { kind: 'owner-note'; stepIndex: number; reason: string }
  /** Let a worker begin the run of the step execution at `stepIndex`. Needs no Slack. */
  | { kind: 'run-step'; stepIndex: number }
  /** Say in the task's thread, to the person who started it, how the task ended. */
  | { kind: 'outcome-note' };

export type EffectKind = EffectBody['kind'];

export type Effect = EffectBody & {
  /** `<executionId>:<seq>` */
  id: string;
  seq: number;
  createdAt: Date;
  /** How often it was tried and failed. */
  attempts: number;
  /** Not to be tried before; null: at once. */
  notBefore: Date | null;
  lastError: string | null;
  /** Since when every attempt has failed; null while none has. Waiting for Slack's rate is no failure. */
  failingSince: Date | null;
  /** True when an attempt may have reached Slack without an answer: look for the message before sending it again. */
  maybeSent: boolean;
};

/** A Slack message that stands for something of the task. */
export interface MessageRef {
  channelId: string;
  ts: string;
}

/** The key under which an ask's message is kept: one per step execution and recipient. */
export function askKey(stepIndex: number, recipientIndex: number): string {
  return `ask-${stepIndex}-${recipientIndex}`;
}

/** The places in an ask's key; null for the keys of other messages. */
export function readAskKey(key: string): { stepIndex: number; recipientIndex: number } | null {
  const [, step, recipient] = /^ask-(\d+)-(\d+)$/.exec(key) ?? [];
  if (step === undefined || recipient === undefined) return null;
  return { stepIndex: Number(step), recipientIndex: Number(recipient) };
}

export const taskCardKey = 'card';

/** True when doing one of the two does the other as well, because both bring the same message to the present state. */
export function isSameSurface(one: Effect, other: Effect): boolean {
  if (one.kind === 'task-card') return other.kind === 'task-card';
  if (one.kind === 'update-asks') return other.kind === 'update-asks' && other.stepIndex === one.stepIndex;
  return one.id === other.id;
}

/** True when the effect must not overtake the earlier one, because it builds on the message that this one posts. */
export function mustFollow(effect: Effect, earlier: Effect): boolean {
  switch (effect.kind) {
    case 'task-card':
      return earlier.kind === 'task-card';
    case 'ask':
    case 'owner-note':
    case 'run-step':
      return false;
    case 'update-asks':
      return (
        (earlier.kind === 'ask' || earlier.kind === 'update-asks') && earlier.stepIndex === effect.stepIndex
      );
    case 'remind':
      return earlier.kind === 'ask' && earlier.stepIndex === effect.stepIndex;
    case 'run-file':
      return effect.recipientIndex === undefined
        ? earlier.kind === 'task-card' || earlier.kind === 'step-note'
        : earlier.kind === 'ask' && earlier.stepIndex === effect.stepIndex;
    case 'step-note':
    case 'outcome-note':
      return earlier.kind === 'task-card' || earlier.kind === 'step-note' || earlier.kind === 'outcome-note';
  }
}
