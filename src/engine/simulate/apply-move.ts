import type { Caller } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import { type Definition, type Step, findStep } from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import {
  type ExecutionState,
  type StepExecution,
  currentStepExecution,
  hasEnded,
} from '../../domain/execution.ts';
import type { Move } from '../../domain/rehearsal.ts';
import { Refusal } from '../../domain/refusal.ts';
import { askedStep } from '../../domain/tool-approval.ts';
import type { Transition } from '../draft.ts';
import { transition } from '../transition.ts';
import { firstWhoMay, personNamed, rehearsingProgram } from './cast.ts';
import { type Moment, passTime } from './pass-time.ts';

/** What a move leads to. */
export interface Moved extends Moment {
  transitions: Transition[];
}

type StepCommand = Exclude<Command, { type: 'start' }>;

const token = 'rehearsal';
const leaseMs = 60_000;

/**
 * Makes one move, through the real transition function.
 *
 * @throws Refusal when the engine does not allow it
 */
export function applyMove(definition: Definition, moment: Moment, move: Move): Moved {
  const { execution, now } = moment;
  if (hasEnded(execution))
    throw new Refusal({ kind: 'execution-ended', status: execution.status, at: execution.endedAt });
  if (move.step !== undefined) requireAt(execution, move.step);
  if (move.type === 'wait') {
    return passTime(definition, moment, move.for === undefined ? null : addDuration(now, move.for));
  }
  const transitions: Transition[] = [];
  let state = execution;
  for (const command of commandsOf(definition, execution, move)) {
    const result = transition(definition, state, command, now);
    transitions.push(result);
    state = result.execution;
  }
  return { execution: state, now, transitions };
}

function commandsOf(
  definition: Definition,
  execution: ExecutionState,
  move: Exclude<Move, { type: 'wait' }>,
): StepCommand[] {
  switch (move.type) {
    case 'retry':
      return [{ type: 'retry', from: move.from, by: rehearsingProgram }];
    case 'reroute':
      return [{ type: 'reroute', to: move.to, reason: move.reason, by: rehearsingProgram }];
    case 'cancel':
      return [{ type: 'cancel', reason: move.reason, by: rehearsingProgram }];
    case 'signal':
      return [{ type: 'signal', name: move.name, payload: move.payload, by: rehearsingProgram }];
    case 'decide':
    case 'complete':
      return [toAnswer(definition, execution, move)];
    case 'answer':
    case 'fail':
      return toRun(execution, move);
  }
}

function toAnswer(
  definition: Definition,
  execution: ExecutionState,
  move: Extract<Move, { type: 'decide' | 'complete' }>,
): StepCommand {
  const { step, visit } = requireStep(definition, execution);
  const { comment, output } = move;
  const stepExecutionId = visit.id;
  if (move.type === 'decide') {
    const by = whoActs(execution, step, move.by);
    const { outcome } = move;
    const digest = visit.decisionDigest;
    return { type: 'decide', stepExecutionId, outcome, comment, output, digest, by };
  }
  const isByProgram =
    move.by === undefined && (move.outcome !== null || output !== null || step.type === 'WAIT');
  const by = isByProgram ? rehearsingProgram : whoActs(execution, step, move.by);
  return { type: 'complete', stepExecutionId, outcome: move.outcome, comment, output, by };
}

function toRun(execution: ExecutionState, move: Extract<Move, { type: 'answer' | 'fail' }>): StepCommand[] {
  const { id: stepExecutionId } = requireVisit(execution);
  const report = { entries: [], usage: { promptTokens: 0, completionTokens: 0 } };
  const end =
    move.type === 'answer'
      ? ({ kind: 'done', output: move.output, outcome: move.outcome, facts: {}, report } as const)
      : ({
          kind: 'failed',
          reason: 'rehearsal',
          message: move.message,
          data: {},
          isRetryable: false,
          retryAfterMs: null,
          report,
        } as const);
  return [
    { type: 'start-run', stepExecutionId, token, leaseMs },
    { type: 'end-run', stepExecutionId, token, end },
  ];
}

/** @throws Refusal when nobody is left who may */
function whoActs(execution: ExecutionState, step: Step, by: string | undefined): Caller {
  const person = by === undefined ? firstWhoMay(execution, step) : personNamed(execution, by);
  if (person !== null) return person;
  const detail =
    by === undefined
      ? `Nobody is left who may act at the step "${step.name}".`
      : `"${by}" names nobody: use a Slack user id, an email, @group or #channel.`;
  throw new Refusal({ kind: 'wrong-command', detail });
}

function requireStep(
  definition: Definition,
  execution: ExecutionState,
): { step: Step; visit: StepExecution } {
  const visit = requireVisit(execution);
  const step = findStep(definition, visit.stepId);
  if (step === undefined) throw new TypeError('the definition lacks a step of its own execution');
  return { step: askedStep(step, visit), visit };
}

function requireVisit(execution: ExecutionState): StepExecution {
  const visit = currentStepExecution(execution);
  if (visit !== undefined) return visit;
  throw new Refusal({ kind: 'execution-ended', status: execution.status, at: execution.endedAt });
}

function requireAt(execution: ExecutionState, stepName: string): void {
  const at = currentStepExecution(execution)?.stepName;
  if (at === stepName) return;
  const where = at === undefined ? 'has ended' : `is at "${at}"`;
  throw new Refusal({ kind: 'wrong-command', detail: `The task ${where}, and not at "${stepName}".` });
}
