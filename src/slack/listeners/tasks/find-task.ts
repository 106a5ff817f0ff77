import { type TaskVerb, chooseTask, noSuchTask } from '../../../../blocks/task-status.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import { type ExecutionState, type ExecutionStatus, hasEnded } from '../../../domain/execution.ts';
import { PermissionError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { maySteer } from './may.ts';
import { isAskedNow, listWaiting } from './waiting.ts';

const maxOffered = 5;
/** How many of the newest are looked through for those that somebody may steer. */
const maxLookedThrough = 25;

const openStatuses: Record<TaskVerb, readonly ExecutionStatus[]> = {
  status: [],
  why: ['RUNNING', 'FAILED'],
  cancel: ['RUNNING', 'FAILED'],
  retry: ['FAILED'],
  reassign: ['RUNNING'],
};

/** A task as the blocks show it. @throws NotFoundError */
export async function readView(
  { engine }: Pick<SlackDeps, 'engine'>,
  orgId: string,
  executionId: string,
): Promise<TaskView> {
  const { state, definition } = await engine.read(orgId, executionId);
  return { execution: state, definition };
}

/**
 * The task that is meant by a whole id, or by the six digits that people see. Without one the person is
 * offered the latest tasks of which this can be said; `rest` is what else was typed, which the buttons keep.
 *
 * @returns null when they were told instead
 */
export async function findTask(
  deps: SlackDeps,
  requester: Requester,
  reply: Reply,
  { verb, ref, rest }: { verb: TaskVerb; ref: string; rest: string },
): Promise<TaskView | null> {
  const { orgId } = requester;
  if (ref === '') {
    const offered = await listOffered(deps, requester, verb);
    const views = await Promise.all(offered.map(({ id }) => readView(deps, orgId, id)));
    await reply.tell(chooseTask({ verb, tasks: views, rest }));
    return null;
  }
  const found = await deps.tasks.findByRef(orgId, ref);
  if (found !== null) return readView(deps, orgId, found.id);
  await reply.tell(noSuchTask(ref));
  return null;
}

/** The latest tasks of which the verb can be said by this person, newest first. */
async function listOffered(deps: SlackDeps, requester: Requester, verb: TaskVerb): Promise<ExecutionState[]> {
  const { tasks } = deps;
  const { orgId, userId } = requester;
  if (verb === 'status') return tasks.list(orgId, { startedBy: userId }, { limit: maxOffered });
  const statuses = openStatuses[verb];
  const [own, newest, waiting] = await Promise.all([
    Promise.all(
      statuses.map((status) => tasks.list(orgId, { startedBy: userId, status }, { limit: maxOffered })),
    ),
    Promise.all(statuses.map((status) => tasks.list(orgId, { status }, { limit: maxLookedThrough }))),
    verb === 'reassign' ? listWaiting(deps, requester, maxLookedThrough) : [],
  ]);
  const others = await filterAsync(newest.flat(), (task) => maySteer(deps, requester, task));
  const all = [...own.flat(), ...waiting, ...others].filter(
    ({ status, waitingFor }) => statuses.includes(status) && (verb !== 'reassign' || waitingFor.length > 0),
  );
  return [...new Map(all.map((task) => [task.id, task])).values()]
    .toSorted((left, right) => (left.id < right.id ? 1 : -1))
    .slice(0, maxOffered);
}

/**
 * Says no before somebody fills a form in for nothing. The engine's own rules come after it, and count.
 *
 * @throws PermissionError
 */
export async function requireSteer(
  deps: SlackDeps,
  requester: Requester,
  { execution }: TaskView,
  { orAsked }: { orAsked: boolean },
): Promise<void> {
  if (hasEnded(execution) || (await maySteer(deps, requester, execution))) return;
  if (orAsked && (await isAskedNow(deps, requester, execution))) return;
  const who = orAsked
    ? 'Only those who are asked, whoever started this task, and those who may change its workflow'
    : 'Only whoever started this task, and those who may change its workflow,';
  throw new PermissionError(`${who} can do this. Nothing changed.`);
}

async function filterAsync<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test));
  return items.filter((_item, index) => kept[index]);
}
