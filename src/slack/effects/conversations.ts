import { personBehind } from '../../domain/actor.ts';
import { type StepExecution, currentStepExecution } from '../../domain/execution.ts';
import { threadOf } from '../../domain/task-thread.ts';
import type { Task } from '../../engine/effect-performer.ts';
import type { Directory } from '../directory.ts';
import type { Target } from '../messenger.ts';

/** The thread in which everything about the task is said; null while there is no card. */
export function taskThread({ execution, definition, messages }: Task): Target | null {
  const { origin } = execution;
  const label = 'the conversation of the task';
  // An agent that listens speaks in the thread of the task that it listens to.
  if (definition.listensTo !== undefined) {
    return origin.kind === 'slack' ? { ...origin, label } : null;
  }
  const thread = threadOf(execution, messages);
  return thread === null ? null : { ...thread, label };
}

/** Where the task was started; null when that was not in Slack. */
export function originOf({ execution }: Task): Target | null {
  const { origin } = execution;
  if (origin.kind !== 'slack') return null;
  return { channelId: origin.channelId, threadTs: origin.threadTs, label: `<#${origin.channelId}>` };
}

/**
 * Where the card goes, best first: where the workflow says, else where the task was started, else to the
 * person who started it. The next one counts when Slack refuses the one before.
 *
 * @throws as `Directory`
 */
export async function* cardTargets(directory: Directory, task: Task): AsyncGenerator<Target> {
  const { postTo = 'origin' } = task.definition;
  const origin = originOf(task);
  if (postTo !== 'starter') {
    // In the channel where it was started, it also stays in the thread.
    const isElsewhere = postTo !== 'origin' && postTo !== origin?.channelId;
    if (isElsewhere) yield { channelId: postTo, threadTs: null, label: `<#${postTo}>` };
    if (origin !== null) yield origin;
  }
  if (isQuiet(task)) return;
  const direct = await starterDirectMessage(directory, task);
  if (direct !== null) yield direct;
  if (postTo === 'starter' && origin !== null) yield origin;
}

/**
 * Where whoever started the task hears how it ended: in its thread, if that is where they started it or a
 * direct message; else directly, because they may not be in the channel that the workflow posts to.
 *
 * @throws as `Directory`
 */
export async function starterTarget(directory: Directory, task: Task): Promise<Target | null> {
  const thread = taskThread(task);
  if (isQuiet(task)) return thread;
  const isTheirs =
    thread !== null && (isDirectMessage(thread.channelId) || thread.channelId === originOf(task)?.channelId);
  // Whoever made a schedule does not wait for each of its tasks.
  const isScheduled = thread !== null && task.execution.startedBy.kind === 'schedule';
  return isTheirs || isScheduled ? thread : ((await starterDirectMessage(directory, task)) ?? thread);
}

/**
 * The direct message with the person who started the task, or made the schedule that did; null when there is none,
 * or they cannot be reached.
 * @throws as `Directory`
 */
export async function starterDirectMessage(
  directory: Directory,
  { execution }: Task,
): Promise<Target | null> {
  const userId = personBehind(execution.startedBy);
  if (userId === null) return null;
  const resolved = await directory.resolve(userId);
  if (resolved.kind !== 'user') return null;
  const name = execution.startedBy.kind === 'person' ? execution.startedBy.name : null;
  return { channelId: resolved.dmChannelId, threadTs: null, label: name ?? userId };
}

/** One of many that were started together: nobody is to be told of each. */
function isQuiet({ execution: { origin } }: Task): boolean {
  return origin.kind === 'api' && origin.quiet === true;
}

/** Where a user group is asked, which has no conversation of its own: where the task is; null when that is a direct message. */
export function groupPlace(task: Task): Target | null {
  const here = taskThread(task) ?? originOf(task);
  return here === null || isDirectMessage(here.channelId) ? null : here;
}

/** True for direct messages, where nobody but one person can read. */
export function isDirectMessage(channelId: string): boolean {
  return channelId.startsWith('D');
}

/** The step execution at `stepIndex` if it still waits for people; else undefined. */
export function openStep({ execution }: Task, stepIndex: number): StepExecution | undefined {
  if (execution.status !== 'RUNNING') return undefined;
  const current = currentStepExecution(execution);
  return current?.index === stepIndex && current.status === 'STARTED' ? current : undefined;
}
