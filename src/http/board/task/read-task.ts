import { recipientsOf } from '../../../domain/asks.ts';
import type { Person } from '../../../domain/actor.ts';
import { findStep, type HumanStep, outcomesOf, type Outcome } from '../../../domain/definition.ts';
import type { ExecutionEvent } from '../../../domain/event.ts';
import { currentStepExecution, type StepExecution } from '../../../domain/execution.ts';
import { Refusal, type RefusalReason } from '../../../domain/refusal.ts';
import type { Why } from '../../../domain/why.ts';
import { askedStep } from '../../../domain/tool-approval.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { transition } from '../../../engine/transition.ts';
import type { BoardWords, TaskView } from '../board-words.ts';

/** What can be answered now, and whether this person may. */
export type Now =
  | {
      kind: 'decide';
      visit: StepExecution;
      step: HumanStep;
      outcomes: readonly Outcome[];
      refusal: string | null;
    }
  | { kind: 'complete'; visit: StepExecution; refusal: string | null }
  /** Nothing that a person could answer. */
  | { kind: 'nothing' };

/** What the engine checks last: whoever is refused for one of these may decide, and lacks only what the form asks. */
const formHelps = new Set<RefusalReason['kind']>([
  'comment-required',
  'form-required',
  'output-invalid',
  'already-voted',
]);

export interface ShownTask {
  view: TaskView;
  events: ExecutionEvent[];
  now: Now;
  /** Why it is where it is; null when it is over. */
  why: Why | null;
  maySteer: boolean;
}

/** Everybody who matters to what can be answered at the step that the task is at. */
export function askedNow({ state }: ReadExecution): string[] {
  const visit = currentStepExecution(state);
  return visit === undefined ? [] : recipientsOf(visit);
}

/** What this person may answer. Nothing is changed: the engine's own rules are asked what they would say. */
export function readNow(words: BoardWords, task: ReadExecution, by: Person, now: Date): Now {
  const { state, definition } = task;
  const visit = currentStepExecution(state);
  if (visit === undefined || state.status !== 'RUNNING' || visit.status !== 'STARTED')
    return { kind: 'nothing' };
  const found = findStep(definition, visit.stepId);
  const step = found === undefined ? undefined : askedStep(found, visit);
  if (step?.type === 'HUMAN') {
    const tried = outcomesOf(step).map((outcome) => ({
      outcome,
      refusal: refusalOf(words, task, decideCommand(visit, outcome.name, by), now),
    }));
    const outcomes = tried.filter(({ refusal }) => refusal === null).map(({ outcome }) => outcome);
    const refusal = outcomes.length > 0 ? null : (tried[0]?.refusal ?? null);
    return { kind: 'decide', visit, step, outcomes, refusal };
  }
  if (step?.type !== 'USER_MESSAGE') return { kind: 'nothing' };
  return { kind: 'complete', visit, refusal: refusalOf(words, task, completeCommand(visit.id, by), now) };
}

export function completeCommand(stepExecutionId: string, by: Person): ExecutionCommand {
  return { type: 'complete', stepExecutionId, outcome: null, comment: null, output: null, by };
}

function decideCommand(
  { id, decisionDigest: digest }: StepExecution,
  outcome: string,
  by: Person,
): ExecutionCommand {
  return { type: 'decide', stepExecutionId: id, outcome, comment: null, output: null, digest, by };
}

/** Null when they may. */
function refusalOf(
  words: BoardWords,
  { state, definition }: ReadExecution,
  command: ExecutionCommand,
  now: Date,
): string | null {
  try {
    transition(definition, state, command, now);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return formHelps.has(error.reason.kind) ? null : words.refusal(error, { execution: state, definition });
  }
}
