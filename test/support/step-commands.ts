import type { Caller, Person } from '../../src/domain/actor.ts';
import type { Definition } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { Refusal, type RefusalReason } from '../../src/domain/refusal.ts';
import type { Transition } from '../../src/engine/draft.ts';
import type { ExecutionCommand } from '../../src/engine/engine.ts';
import { transition } from '../../src/engine/transition.ts';
import { currentId, minutesAfterStart, person, started } from './builders.ts';

/** A command as tables write it: about the step that the task is at. */
export type MakeCommand = (execution: ExecutionState) => ExecutionCommand;

export interface ChooseOptions {
  comment?: string | null;
  output?: JsonValue;
  digest?: string | null;
}

export function choose(outcome: string, by: Caller, options: ChooseOptions = {}): MakeCommand {
  const { comment = null, output = null, digest = null } = options;
  return (execution) => ({
    type: 'decide',
    stepExecutionId: currentId(execution),
    outcome,
    comment,
    output,
    digest,
    by,
  });
}

export const approve = (by: Person, options: ChooseOptions = {}): MakeCommand =>
  choose('approved', by, options);
export const reject = (by: Person): MakeCommand => choose('rejected', by, { comment: 'no' });

export function markDone(by: Caller): MakeCommand {
  return (execution) => ({
    type: 'complete',
    stepExecutionId: currentId(execution),
    outcome: null,
    comment: null,
    output: null,
    by,
  });
}

export interface ReassignOptions {
  from?: string;
  note?: string;
  canManage?: boolean;
}

export function reassign(to: string | string[], by: Caller, options: ReassignOptions = {}): MakeCommand {
  const { from = null, note = null, canManage = false } = options;
  return (execution) => ({
    type: 'reassign',
    stepExecutionId: currentId(execution),
    from,
    to: typeof to === 'string' ? [to] : to,
    note,
    canManage,
    by,
  });
}

export function delegate(from: string, to: string | null, by: Caller | null = null): MakeCommand {
  return (execution) => ({
    type: 'delegate',
    stepExecutionId: currentId(execution),
    from,
    to,
    reason: 'away',
    by,
  });
}

export function reportUnanswerable(reason: string, by: Caller | null = null): MakeCommand {
  return (execution) => ({ type: 'report-unanswerable', stepExecutionId: currentId(execution), reason, by });
}

export const wake: MakeCommand = () => ({ type: 'wake' });

/** The result of a command that comes so many minutes after the start. */
export function give(
  workflow: Definition,
  execution: ExecutionState,
  command: MakeCommand,
  minutes = 60,
): Transition {
  return transition(workflow, execution, command(execution), minutesAfterStart(minutes));
}

/** A task after these commands, one a minute; its starter is Ana. */
export function play(
  workflow: Definition,
  commands: readonly MakeCommand[],
  inputs: JsonObject = {},
): ExecutionState {
  let { execution } = started(workflow, { inputs });
  for (const [index, command] of commands.entries())
    execution = give(workflow, execution, command, index + 1).execution;
  return execution;
}

/** The last of these commands' result. */
export function playLast(workflow: Definition, commands: readonly MakeCommand[]): Transition {
  const last = commands.at(-1) ?? wake;
  return give(workflow, play(workflow, commands.slice(0, -1)), last, commands.length);
}

/** Why it is refused; that nothing was changed is sure, because a transition changes nothing that it is given. */
export function refusalOf(work: () => unknown): RefusalReason {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  throw new Error('it was not refused');
}

export const ana = person('ana');
export const bo = person('bo');
export const chi = person('chi');
export const dee = person('dee');
/** In the group @finance. */
export const fin = person('fin', { handles: ['fin', 'finance'] });

export function recipientsAsked({ execution, effects }: Transition): string[] {
  return effects.flatMap((effect) =>
    effect.kind === 'ask'
      ? [execution.stack[effect.stepIndex]?.asks[effect.recipientIndex]?.recipient ?? '?']
      : [],
  );
}

export function effectKinds({ effects }: Transition): string[] {
  return effects.map(({ kind }) => kind);
}

export function eventData({ events }: Transition, suffix: string): JsonObject[] {
  return events.filter(({ type }) => type.endsWith(suffix)).map(({ data }) => data);
}
