import type { Caller, Person } from '../../domain/actor.ts';
import type { Command } from '../../domain/command.ts';
import type { Definition } from '../../domain/definition.ts';
import {
  type ExecutionState,
  type StepExecution,
  type Vote,
  currentStepExecution,
  hasEnded,
} from '../../domain/execution.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import type { BacktestedTask } from '../../domain/rehearsal.ts';
import { transition } from '../transition.ts';
import { rehearsingProgram } from './cast.ts';
import { type Moment, passTime } from './pass-time.ts';
import { startRehearsal } from './play.ts';
import { asRefused } from './rehearsal-error.ts';

/** Where a task goes another way than it went; `reason` is a sentence. */
class Parted extends Error {
  readonly step: string;

  constructor(step: string, reason: string) {
    super(reason);
    this.step = step;
  }
}

/**
 * Plays a recorded task again, by another revision: with its inputs, at its times, with what people decided and what
 * models and tools gave. Nothing is made up; the task parts from its record at the first thing that comes otherwise.
 */
export function backtest(definition: Definition, recorded: ExecutionState): BacktestedTask {
  const { id: executionId, status } = recorded;
  try {
    replay(definition, recorded);
    return { executionId, status, same: true, parted: null };
  } catch (error) {
    if (!(error instanceof Parted)) throw error;
    return { executionId, status, same: false, parted: { step: error.step, reason: error.message } };
  }
}

function replay(definition: Definition, recorded: ExecutionState): void {
  let moment = start(definition, recorded);
  for (const visit of recorded.stack) {
    moment = bringTo(definition, moment, visit);
    requireSameStep(moment, visit);
    if (visit.status === 'COMPLETED') moment = repeat(definition, moment, visit);
    else if (visit !== recorded.stack.at(-1)) moment = leaveByHand(definition, moment, recorded, visit);
  }
  compareEnds(moment.execution, recorded);
}

function start(definition: Definition, { context, startedBy, createdAt }: ExecutionState): Moment {
  try {
    return startRehearsal({ definition, inputs: context.inputs, startedBy, startAt: createdAt });
  } catch (error) {
    throw new Parted('the start', asRefused(error, -1).message);
  }
}

/** The clock goes on to the moment of what was recorded, with every timer on the way. */
function bringTo(definition: Definition, moment: Moment, visit: StepExecution): Moment {
  return visit.scheduledAt <= moment.now ? moment : passTime(definition, moment, visit.scheduledAt);
}

function requireSameStep({ execution }: Moment, { stepId, stepName, index }: StepExecution): void {
  const there = execution.stack[index];
  if (there?.stepId === stepId || there?.stepName === stepName) return;
  const before = execution.stack[index - 1]?.stepName ?? 'the start';
  if (there !== undefined)
    throw new Parted(before, `It goes to "${there.stepName}" and not to "${stepName}".`);
  const { failure, status } = execution;
  if (failure !== null) throw new Parted(before, `It stops: ${failure.message}`);
  const at = currentStepExecution(execution)?.stepName;
  const where = hasEnded(execution) ? `ends there (${status.toLowerCase()})` : `waits at "${at ?? before}"`;
  throw new Parted(before, `It ${where}, and does not go to "${stepName}".`);
}

/** Does at a step what was done there. */
function repeat(definition: Definition, before: Moment, visit: StepExecution): Moment {
  const { stepName, endedAt, actor, type } = visit;
  let moment = before;
  for (const vote of visit.run === null ? visit.votes : []) {
    moment = requireOpen(passTime(definition, moment, later(moment.now, vote.at)), visit);
    moment = give(definition, moment, decisionOf(moment.execution, vote), stepName);
  }
  if (!isStillAt(moment.execution, visit)) return moment;
  if (type === 'HUMAN' && actor?.kind === 'person')
    throw new Parted(stepName, `It still waits at "${stepName}" when it was decided: more have to agree.`);
  const at = later(moment.now, endedAt ?? moment.now);
  if (actor?.kind === 'system' && visit.run === null) return passTime(definition, moment, at);
  moment = requireOpen(passTime(definition, moment, at), visit);
  for (const command of resultOf(moment.execution, visit))
    moment = give(definition, moment, command, stepName);
  return moment;
}

function requireOpen(moment: Moment, visit: StepExecution): Moment {
  if (isStillAt(moment.execution, visit)) return moment;
  throw new Parted(visit.stepName, `Its deadline passes at "${visit.stepName}" before anybody acts there.`);
}

function isStillAt({ stack, status }: ExecutionState, { index }: StepExecution): boolean {
  return status === 'RUNNING' && stack.length === index + 1;
}

function give(
  definition: Definition,
  { execution, now }: Moment,
  command: Exclude<Command, { type: 'start' }>,
  stepName: string,
): Moment {
  try {
    return { execution: transition(definition, execution, command, now).execution, now };
  } catch (error) {
    throw new Parted(stepName, `At "${stepName}" it is refused: ${asRefused(error, 0).message}`);
  }
}

function decisionOf(execution: ExecutionState, vote: Vote): Exclude<Command, { type: 'start' }> {
  const { outcome, comment, output, actor, recipients } = vote;
  const visit = execution.stack.at(-1);
  const by = personOf(actor.kind === 'person' ? actor.userId : 'U000', recipients);
  const digest = visit?.decisionDigest ?? null;
  return { type: 'decide', stepExecutionId: visit?.id ?? '', outcome, comment, output, digest, by };
}

function resultOf(execution: ExecutionState, visit: StepExecution): Exclude<Command, { type: 'start' }>[] {
  const stepExecutionId = execution.stack.at(-1)?.id ?? '';
  const { outcome, output, comment, actor, assignees } = visit;
  if (visit.run !== null) {
    const token = 'backtest';
    const report = { entries: [], usage: { promptTokens: 0, completionTokens: 0 } };
    const end = { kind: 'done', output, outcome, facts: {}, report } as const;
    return [
      { type: 'start-run', stepExecutionId, token, leaseMs: 60_000 },
      { type: 'end-run', stepExecutionId, token, end },
    ];
  }
  const by: Caller = actor?.kind === 'person' ? personOf(actor.userId, assignees) : rehearsingProgram;
  return [{ type: 'complete', stepExecutionId, outcome, output, comment, by }];
}

/** Who acted, known by what entitled them then. */
function personOf(userId: string, recipients: readonly string[]): Person {
  const parsed = recipients.flatMap((recipient) => parseRecipient(recipient) ?? []);
  const email = parsed.find(({ kind }) => kind === 'email');
  return {
    kind: 'person',
    userId,
    name: null,
    email: email?.kind === 'email' ? email.email : null,
    handles: parsed.flatMap((recipient) => (recipient.kind === 'handle' ? [recipient.handle] : [])),
    channels: parsed.flatMap((recipient) =>
      recipient.kind === 'channel'
        ? [recipient.channelId]
        : recipient.kind === 'channel-name'
          ? [`#${recipient.name}`]
          : [],
    ),
  };
}

/** Somebody sent the task on by hand: it is sent to where it went. */
function leaveByHand(
  definition: Definition,
  moment: Moment,
  recorded: ExecutionState,
  { index, stepName, endedAt }: StepExecution,
): Moment {
  const to = recorded.stack[index + 1]?.stepName ?? stepName;
  const at = passTime(definition, moment, later(moment.now, endedAt ?? moment.now));
  if (at.execution.stack.length > index + 1) return at;
  return give(definition, at, { type: 'reroute', to, reason: null, by: rehearsingProgram }, stepName);
}

function compareEnds(execution: ExecutionState, recorded: ExecutionState): void {
  const last = recorded.stack.at(-1)?.stepName ?? 'the start';
  // What a person ended, or failed outside, says nothing of the workflow.
  if (recorded.status === 'CANCELLED' || recorded.failure?.code === 'run-failed') return;
  const next = execution.stack[recorded.stack.length];
  if (next !== undefined) throw new Parted(last, `It goes on to "${next.stepName}", and did not.`);
  if (recorded.status === 'RUNNING' || recorded.status === 'EXPIRED') return;
  if (execution.status === recorded.status) return;
  const why = execution.failure === null ? '' : `: ${execution.failure.message}`;
  throw new Parted(
    last,
    `It is ${execution.status.toLowerCase()} and not ${recorded.status.toLowerCase()}${why}`,
  );
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
