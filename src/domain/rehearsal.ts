import { z } from 'zod';
import { Duration } from './duration.ts';
import type { ExecutionStatus } from './execution.ts';
import type { JsonValue } from './json.ts';

const StepName = z.string().min(1, 'must not be empty').max(63);
const Who = z.string().min(1, 'must not be empty').max(300);
const Text = z.string().max(3_000, 'must be at most 3,000 characters');
const Json = z.json().default(null);
/** The step that the move is meant for: when the task is elsewhere by then, the rehearsal says so. Default: any. */
const at = { step: StepName.optional() };

/**
 * One thing that happens in a rehearsal. `by` names one of those who are asked, as the step does, or anybody in a
 * group that is asked; left out, the first who may.
 */
export const Move = z.discriminatedUnion(
  'type',
  [
    /** A person chooses an outcome of a `HUMAN` step. */
    z.strictObject({
      type: z.literal('decide'),
      ...at,
      outcome: z.string().min(1).max(75),
      by: Who.optional(),
      comment: Text.nullable().default(null),
      output: Json,
    }),
    /** A person marks a message done; with `outcome` or `output` a program does it. */
    z.strictObject({
      type: z.literal('complete'),
      ...at,
      by: Who.optional(),
      outcome: z.string().min(1).max(75).nullable().default(null),
      comment: Text.nullable().default(null),
      output: Json,
    }),
    /** What a model, an agent or a tool gives. `outcome`: the condition that its free text stands for. */
    z.strictObject({
      type: z.literal('answer'),
      ...at,
      output: Json,
      outcome: z.string().min(1).max(75).nullable().default(null),
    }),
    /** A model, an agent or a tool fails for good. */
    z.strictObject({ type: z.literal('fail'), ...at, message: Text.default('It failed for good.') }),
    /** A program sends a signal. */
    z.strictObject({ type: z.literal('signal'), ...at, name: z.string().min(1).max(63), payload: Json }),
    /** Time passes: so long, or until something happens because of it. Reminders on the way are sent. */
    z.strictObject({ type: z.literal('wait'), ...at, for: Duration.optional() }),
    /** Somebody who may steer the task does. */
    z.strictObject({ type: z.literal('retry'), ...at, from: z.enum(['step', 'start']).default('step') }),
    z.strictObject({
      type: z.literal('reroute'),
      ...at,
      to: StepName,
      reason: Text.nullable().default(null),
    }),
    z.strictObject({ type: z.literal('cancel'), ...at, reason: Text.nullable().default(null) }),
  ],
  {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? 'must be decide, complete, answer, fail, signal, wait, retry, reroute or cancel'
        : undefined,
  },
);
export type Move = z.infer<typeof Move>;
export type MoveType = Move['type'];

/** The Slack user id of whoever starts a task in a rehearsal when nobody is named. */
export const unnamedStarter = 'UREHEARSER';

/** More than a rehearsal can need; each is replayed whenever one more is made. */
export const maxMoves = 200;

const statuses = [
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
] as const satisfies ExecutionStatus[];

/**
 * How a scenario is to end. `at`: the step that the task is at then, or stopped at; null: none. `path`: the steps
 * that it has visited, in order. What is left out is not looked at.
 */
export const Expectation = z.strictObject({
  status: z.enum(statuses),
  at: StepName.nullable().optional(),
  path: z.array(StepName).max(500).optional(),
});
export type Expectation = z.infer<typeof Expectation>;

/** A test of a workflow: what happens, and how it is to end. `name` is unique in the workflow. */
export const Scenario = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty').max(100),
  inputs: z.record(z.string(), z.json()).default({}),
  /** Who starts the task, as in a move's `by`. Default: somebody who is asked nothing. */
  startedBy: Who.optional(),
  moves: z.array(Move).max(maxMoves, `must be at most ${maxMoves}`).default([]),
  expect: Expectation,
});
export type Scenario = z.infer<typeof Scenario>;

/** How many scenarios a workflow may have, and how long all of them may be together as JSON. */
export const maxScenarios = 20;
export const maxScenariosLength = 100_000;

/** How a rehearsal stands: what an expectation is compared with. */
export interface RehearsalEnd {
  status: ExecutionStatus;
  at: string | null;
  path: string[];
}

/** How a scenario has ended. `problem`: one sentence that says what is not as expected; null when it passed. */
export interface ScenarioResult {
  name: string;
  passed: boolean;
  problem: string | null;
  /** Null when it could not even be started. */
  end: RehearsalEnd | null;
}

/** How a recorded task would have gone by another revision. */
export interface BacktestedTask {
  executionId: string;
  /** As it was recorded. */
  status: ExecutionStatus;
  same: boolean;
  /** Where it parts from its record, and how, in one sentence; null when it goes the same way. */
  parted: { step: string; reason: string } | null;
}

/** What a transition asked for, in words. A rehearsal only writes it down. */
export interface WrittenEffect {
  kind: string;
  text: string;
}

/** What one move did, or the start. */
export interface MoveRecord {
  move: Move | null;
  /** In the rehearsal's own time. */
  at: Date;
  events: { type: string; stepName: string | null; data: JsonValue }[];
  effects: WrittenEffect[];
}
