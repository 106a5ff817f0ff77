import { scheduleActions } from '../../../../blocks/schedules/schedule-ids.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { requireRef, showAgain } from '../intakes/intake-handlers.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openScheduleEdit, openScheduleForm } from './open-schedule-form.ts';
import { listSchedules } from './show-schedules.ts';

/** The buttons of the list of schedules. */
export const scheduleHandlers: readonly ClickHandler[] = [
  {
    match: scheduleActions.show,
    handle: async (deps, { requester, reply, value }) =>
      reply.tell(await listSchedules(deps, requester, value)),
  },
  {
    match: scheduleActions.create,
    handle: (deps, click) =>
      openScheduleForm(deps, click, { workflowId: click.value, when: '', channelId: click.channelId }),
  },
  { match: scheduleActions.edit, handle: editSchedule },
  { match: scheduleActions.pause, handle: (deps, click) => switchSchedule(deps, click, false) },
  { match: scheduleActions.resume, handle: (deps, click) => switchSchedule(deps, click, true) },
  { match: scheduleActions.delete, handle: deleteSchedule },
];

async function editSchedule(deps: SlackDeps, click: Click): Promise<void> {
  const { workflowId, triggerId: scheduleId } = requireRef(click.value);
  await openScheduleEdit(deps, click, { workflowId, scheduleId, channelId: click.channelId });
}

async function switchSchedule(deps: SlackDeps, click: Click, enabled: boolean): Promise<void> {
  const { workflowId, triggerId } = requireRef(click.value);
  const by = await managerFor(deps, click.requester);
  await deps.schedules.change(by, workflowId, triggerId, { enabled });
  await showAgain(click, await listSchedules(deps, click.requester, workflowId));
}

/** A second click on the same button finds that it is done. */
async function deleteSchedule(deps: SlackDeps, click: Click): Promise<void> {
  const { workflowId, triggerId } = requireRef(click.value);
  const by = await managerFor(deps, click.requester);
  try {
    await deps.triggers.delete(by, workflowId, triggerId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  await showAgain(click, await listSchedules(deps, click.requester, workflowId));
}
