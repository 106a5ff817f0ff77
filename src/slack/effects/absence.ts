import { findStep } from '../../domain/definition.ts';
import { findExclusion } from '../../domain/exclusion.ts';
import { type ExecutionState, currentStepExecution } from '../../domain/execution.ts';
import { awayAt } from '../../domain/member-settings.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import type { Task } from '../../engine/effect-performer.ts';
import type { ExecutionCommand } from '../../engine/engine.ts';
import type { Directory, Resolved } from '../directory.ts';
import type { PerformerDeps } from './performer-deps.ts';

type AbsenceDeps = Pick<PerformerDeps, 'directory' | 'settings' | 'execute' | 'clock'>;

/** One ask of the step that the task waits at. */
export interface OpenAsk {
  stepIndex: number;
  recipientIndex: number;
  recipient: string;
  resolved: Resolved;
}

/**
 * Has somebody else asked when this one is away, and the owners told when nobody stands in, or nobody is left
 * who may do the step.
 *
 * @returns the task as it is then; null when this ask is not to be posted
 * @throws as `Directory`
 */
export async function passOnWhenAbsent(deps: AbsenceDeps, task: Task, ask: OpenAsk): Promise<Task | null> {
  const { resolved } = ask;
  switch (resolved.kind) {
    case 'user': {
      const { orgId } = task.execution;
      const away = awayAt(await deps.settings.find(orgId, resolved.userId), deps.clock.now());
      if (away !== null) return delegate(deps, task, ask, away.delegate);
      return reportWhenUnanswerable(deps, task, ask);
    }
    case 'unknown':
      if (resolved.deactivated !== true) return task;
      await delegate(deps, task, ask, null);
      return null;
    case 'group':
      return reportWhenUnanswerable(deps, task, ask);
    case 'channel':
      return task;
  }
}

/**
 * Finds out who is meant by "the delegate of", and has them asked: who stands in while that person is away, or
 * did the last time.
 *
 * @throws as `Directory`
 */
export async function nameDelegate(
  deps: AbsenceDeps,
  task: Task,
  { recipient, absent }: { recipient: string; absent: string },
): Promise<void> {
  const { orgId, id } = task.execution;
  const resolved = await deps.directory.resolve(absent);
  const settings = resolved.kind === 'user' ? await deps.settings.find(orgId, resolved.userId) : null;
  await deps.execute(orgId, id, toDelegate(task.execution, recipient, settings?.away?.delegate ?? null));
}

async function delegate(
  { execute }: AbsenceDeps,
  task: Task,
  ask: OpenAsk,
  to: string | null,
): Promise<Task | null> {
  const { orgId, id } = task.execution;
  const execution = await execute(orgId, id, toDelegate(task.execution, ask.recipient, to));
  return ifStillOpen(task, execution, ask);
}

function toDelegate(execution: ExecutionState, from: string, to: string | null): ExecutionCommand {
  const stepExecutionId = currentStepExecution(execution)?.id ?? '';
  return { type: 'delegate', stepExecutionId, from, to, reason: 'away', by: null };
}

function ifStillOpen(
  task: Task,
  execution: ExecutionState,
  { stepIndex, recipientIndex }: OpenAsk,
): Task | null {
  const current = currentStepExecution(execution);
  const isWaiting =
    execution.status === 'RUNNING' && current?.index === stepIndex && current.status === 'STARTED';
  if (!isWaiting || current.asks[recipientIndex]?.closed !== null) return null;
  return { ...task, execution };
}

/** Who is in a group, and whose an email or a handle is, only Slack knows. Of Slack user ids the engine knows itself. */
async function reportWhenUnanswerable(
  { directory, execute }: AbsenceDeps,
  task: Task,
  ask: OpenAsk,
): Promise<Task | null> {
  const { execution } = task;
  const { assignees = [], unanswerable = null } = currentStepExecution(execution) ?? {};
  const isKnown = assignees.every((assignee) => parseRecipient(assignee)?.kind === 'user');
  if (isKnown || unanswerable !== null) return task;
  const reason = await explainUnanswerable(directory, task);
  if (reason === null) return task;
  const stepExecutionId = currentStepExecution(execution)?.id ?? '';
  const command = { type: 'report-unanswerable', stepExecutionId, reason, by: null } as const;
  return ifStillOpen(task, await execute(execution.orgId, execution.id, command), ask);
}

/** A sentence for the owners; null while there are enough people who may do the step. */
async function explainUnanswerable(
  directory: Directory,
  { execution, definition }: Task,
): Promise<string | null> {
  const current = currentStepExecution(execution);
  const step = findStep(definition, current?.stepId ?? null);
  if (current === undefined || step === undefined) return null;
  const asked = new Set<string>();
  for (const assignee of current.assignees) {
    const resolved = await directory.resolve(assignee);
    if (resolved.kind === 'channel') return null;
    if (resolved.kind === 'user') asked.add(resolved.userId);
    if (resolved.kind === 'group') for (const userId of resolved.userIds) asked.add(userId);
  }
  const able = [...asked].filter((userId) => findExclusion(execution, step, userId) === null).length;
  const required = step.type === 'HUMAN' ? (step.policy?.required ?? 1) : 1;
  const names = current.assignees.join(', ');
  if (able >= required) return null;
  if (asked.size === 0) return `Nobody is in ${names}, so nobody can do this step.`;
  if (able === 0) return `Everybody in ${names} is kept from deciding this step by its two-person rule.`;
  const may = able === 1 ? 'one person' : `${able} people`;
  return `This step needs ${required} people who decide alike, and only ${may} of ${names} may.`;
}
