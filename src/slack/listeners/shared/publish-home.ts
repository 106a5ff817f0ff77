import { homeView } from '../../../../blocks/home.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import type { Person } from '../../../domain/actor.ts';
import { currentStepExecution } from '../../../domain/execution.ts';
import { includesPerson } from '../../../domain/recipient.ts';
import { callSlack } from '../../slack-call.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';
import { readView } from './show-messages.ts';

const maxWaiting = 30;
const maxYours = 10;

/** Draws a person's Home tab: what waits for them, what they started, what they can start. @throws as `callSlack` */
export async function publishHome(deps: SlackDeps, { orgId, userId }: Requester): Promise<void> {
  const { tasks, workflows, connection } = deps;
  const person = await connection.directory.personInGroups(userId);
  const [waiting, yours, all] = await Promise.all([
    tasks.list(orgId, { status: 'RUNNING', waitingFor: spellingsOf(person) }, { limit: maxWaiting }),
    tasks.list(orgId, { startedBy: userId }, { limit: maxYours }),
    workflows.list(orgId),
  ]);
  const views = await Promise.all(waiting.map(({ id }) => readView(deps, orgId, id)));
  const needsYou = views.filter((view) => waitsFor(person, view));
  const view = homeView({ needsYou, yours, workflows: all });
  await callSlack(() => connection.client.views.publish({ user_id: userId, view }));
}

/** The ways in which `assignees` may name a person or a group that they are in. */
function spellingsOf({ userId, email, handles }: Person): string[] {
  return [
    userId,
    `<@${userId}>`,
    ...(email === null ? [] : [email]),
    ...handles.flatMap((handle) => [`@${handle}`, `<!subteam^${handle}>`]),
  ];
}

/** True while the person is asked and has not chosen yet. */
function waitsFor(person: Person, { execution }: TaskView): boolean {
  const current = currentStepExecution(execution);
  if (current === undefined || !current.assignees.some((assignee) => includesPerson(assignee, person)))
    return false;
  return !current.votes.some(({ actor }) => actor.kind === 'person' && actor.userId === person.userId);
}
