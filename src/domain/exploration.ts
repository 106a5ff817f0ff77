import type { ExecutionStatus } from './execution.ts';
import type { JsonObject } from './json.ts';
import type { Move } from './rehearsal.ts';

/** A way from one step to another, or to the end. `condition` null: the steps just follow each other. */
export interface Way {
  step: string;
  condition: string | null;
  /** A step's name, or `complete`. */
  to: string;
}

/** One way in which a task may end, or stop, and the shortest path to it. */
export interface FoundOutcome {
  status: Exclude<ExecutionStatus, 'RUNNING' | 'CANCELLED'>;
  /** The last step, and the condition with which it ended. */
  step: string | null;
  condition: string | null;
  failure: { code: string; message: string } | null;
  /** What the task is started with, and what then happens. Played again, it gives this outcome. */
  inputs: JsonObject;
  moves: Move[];
  /** The steps that it visits, in order. */
  path: string[];
  /** How long it takes when everybody acts at once: only what is waited for. */
  tookMs: number;
}

/** How often somebody is asked in one task, among all the ends that were found. */
export interface AskedCount {
  recipient: string;
  least: number;
  most: number;
  /** How often they are reminded at most. */
  reminders: number;
}

/** What was found out about a workflow by trying everything that may happen. */
export interface Exploration {
  /** False when it had to stop before everything was tried; then `stoppedBecause` says why. */
  isComplete: boolean;
  stoppedBecause: string | null;
  /** How many situations of a task were told apart. */
  states: number;
  handoffs: { covered: number; total: number; neverTaken: (Way & { because: string })[] };
  outcomes: FoundOutcome[];
  /** How long a task can take at most; null: as long as a task lives, which is a year. */
  longest: { ms: number | null; because: string };
  asked: AskedCount[];
}

export interface ExplorationLimits {
  /** How many situations are looked at. */
  maxStates: number;
  /** After how many milliseconds it ends; whoever runs it keeps the time. */
  maxMs: number;
}

export const defaultExplorationLimits: ExplorationLimits = { maxStates: 4_000, maxMs: 5_000 };
