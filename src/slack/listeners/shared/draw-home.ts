import { awaySettings } from '../../../../blocks/away/away-settings.ts';
import { homePageSize, homeView } from '../../../../blocks/home.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';
import { readView } from '../tasks/find-task.ts';
import { listWaiting } from '../tasks/waiting.ts';
import { timeZoneOf } from './time-zone-of.ts';

const maxWaiting = 1_000;
/** One more than is shown, so that it is known whether there are more. */
const maxYours = 11;

/**
 * A person's Home tab as it is now: what waits for them, what they started, what they can start. A page
 * beyond the last one is the last one.
 *
 * @throws as `Directory`
 */
export async function drawHome(
  deps: SlackDeps,
  requester: Requester,
  page: number,
): Promise<ReturnType<typeof homeView>> {
  const { orgId, userId } = requester;
  const [waiting, started, workflows, own, timeZone] = await Promise.all([
    listWaiting(deps, requester, maxWaiting),
    deps.tasks.list(orgId, { startedBy: userId }, { limit: maxYours }),
    deps.workflows.list(orgId),
    deps.settings.find(orgId, userId),
    timeZoneOf(deps.connection.directory, userId),
  ]);
  const lastPage = Math.max(0, Math.ceil(waiting.length / homePageSize) - 1);
  const shownPage = Math.min(page, lastPage);
  const ofPage = waiting.slice(shownPage * homePageSize, (shownPage + 1) * homePageSize);
  const readAll = (tasks: typeof started): Promise<TaskView[]> =>
    Promise.all(tasks.map(({ id }) => readView(deps, orgId, id)));
  const [needsYou, yours] = await Promise.all([readAll(ofPage), readAll(started)]);
  const settings = awaySettings({ settings: own, timeZone, now: deps.clock.now() });
  return homeView({ needsYou, page: shownPage, waitingCount: waiting.length, yours, workflows, settings });
}
