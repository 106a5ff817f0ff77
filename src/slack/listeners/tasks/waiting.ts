import { compareUrgency } from '../../../../blocks/waiting-rows.ts';
import type { Person } from '../../../domain/actor.ts';
import { type ExecutionState, currentStepExecution } from '../../../domain/execution.ts';
import { includesPerson, spellingsOf } from '../../../domain/recipient.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { type Requester, identify } from '../requester.ts';

const pageSize = 100;

/**
 * The tasks that wait for this person, oldest deadline first; those without one last, longest waiting
 * first. At most `max` are looked at.
 */
export async function listWaiting(
  { tasks, connection }: SlackDeps,
  { orgId, userId }: Requester,
  max: number,
): Promise<ExecutionState[]> {
  const person = await connection.directory.personInGroups(userId);
  const filter = { status: 'RUNNING', waitingFor: spellingsOf(person) } as const;
  const found: ExecutionState[] = [];
  for (let before: string | undefined; found.length < max; ) {
    const page = {
      limit: Math.min(pageSize, max - found.length),
      ...(before === undefined ? {} : { before }),
    };
    const tasksOfPage = await tasks.list(orgId, filter, page);
    found.push(...tasksOfPage);
    before = tasksOfPage.at(-1)?.id;
    if (tasksOfPage.length < page.limit) break;
  }
  return found.filter((execution) => waitsFor(person, execution)).toSorted(compareUrgency);
}

/** True for a person among those whom the task waits for. */
export async function isAskedNow(
  { connection }: SlackDeps,
  requester: Requester,
  { waitingFor }: ExecutionState,
): Promise<boolean> {
  const person = await identify(connection.directory, requester, waitingFor);
  return waitingFor.some((assignee) => includesPerson(assignee, person));
}

/** True while the person is asked and has not chosen yet. */
function waitsFor(person: Person, execution: ExecutionState): boolean {
  const current = currentStepExecution(execution);
  if (current === undefined || !current.assignees.some((assignee) => includesPerson(assignee, person)))
    return false;
  return !current.votes.some(({ actor }) => actor.kind === 'person' && actor.userId === person.userId);
}
