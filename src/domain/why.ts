import type { EventType } from './event.ts';

/** Everything that a task can be waiting for, or have stopped at. Exactly one of them is so at any moment. */
export const whyCauses = [
  /** People are asked, and nobody has answered yet. */
  'waiting-for-people',
  /** Some have decided, and it takes more. */
  'waiting-for-votes',
  'waiting-until-time',
  'waiting-for-signal',
  /** A model or a tool is at it. */
  'running',
  'queued-at-provider',
  'no-provider-or-tool-server',
  'no-handoff-matched',
  'answer-did-not-fit',
  'value-missing',
  'retrying',
  'visit-cap-reached',
  'slack-refused',
  /** Whoever did it has died: it is taken over when their lease is over. */
  'worker-died',
  /** New tasks are not started. Tasks that run go on, so it is never why one of them waits. */
  'workflow-paused',
  'ended',
  /** It has stopped for another reason, which its failure names. */
  'stopped',
] as const;
export type WhyCause = (typeof whyCauses)[number];

/** What to do next, by the operations that there are. `none`: nothing; it goes on by itself, or is over. */
export type NextStepKind =
  | 'none'
  | 'reassign'
  | 'retry'
  | 'reroute'
  | 'activate'
  | 'edit-workflow'
  | 'start-again'
  | 'configure';

export interface NextStep {
  kind: NextStepKind;
  /** In a sentence. */
  words: string;
}

/** An event of the log that proves the cause. */
export interface ProvingEvent {
  seq: number;
  type: EventType;
  at: Date;
  stepName: string | null;
  /** What it says, in a few words. */
  words: string;
}

/** Why a task is where it is: facts, and nothing that a model has made up. All texts are plain. */
export interface Why {
  cause: WhyCause;
  sentence: string;
  /** More facts, a line each. */
  details: string[];
  events: ProvingEvent[];
  next: NextStep;
}

/** What is known of somebody who is asked. */
export interface AskedPerson {
  recipient: string;
  absence: { kind: 'away'; until: Date; delegate: string | null } | { kind: 'deactivated' } | null;
}
