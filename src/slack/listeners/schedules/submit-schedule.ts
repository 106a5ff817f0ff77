import { placeScheduleErrors } from '../../../../blocks/schedules/place-schedule-errors.ts';
import { type ScheduleFormValues, readScheduleForm } from '../../../../blocks/schedules/schedule-form.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { managerFor } from '../keys/show-keys.ts';
import { type Submission, inputBlockIds, markErrors, withNotice } from '../views/submission.ts';
import { NewScheduleMetadata, ScheduleMetadata, scheduleView, seenOf } from './open-schedule-form.ts';
import { listSchedules } from './show-schedules.ts';

/** Makes the schedule and shows the list with its next times. */
export async function submitNewSchedule(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const { workflowId, channelId } = decodeMetadata(NewScheduleMetadata, view.private_metadata);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const { posts, name, ...given } = readScheduleForm(view.state.values, workflow.inputsSchema);
  const by = await managerFor(deps, requester);
  await saveAndList(deps, submission, workflowId, async () => {
    const named = name === null ? {} : { name };
    await deps.schedules.create(by, workflowId, { ...given, ...named, ...postTo(posts, channelId) });
  });
}

/** Saves what was changed. What somebody else saved meanwhile is never overwritten. */
export async function submitScheduleEdit(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const metadata = decodeMetadata(ScheduleMetadata, view.private_metadata);
  const { workflowId, scheduleId, channelId } = metadata;
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const by = await managerFor(deps, requester);
  const { schedule } = await deps.schedules.get(by, workflowId, scheduleId);
  if (seenOf(schedule) !== metadata.seen) {
    const fresh = await scheduleView(deps, workflow, schedule, channelId);
    const notice =
      'Somebody else changed this while your form was open, so nothing of it was saved. This is what it is now.';
    return reply.replaceWith(withNotice(fresh, notice));
  }
  const { inputsTemplate } = schedule.settings;
  const { posts, ...given } = readScheduleForm(view.state.values, workflow.inputsSchema, inputsTemplate);
  await saveAndList(deps, submission, workflowId, async () => {
    await deps.schedules.change(by, workflowId, scheduleId, { ...given, ...postTo(posts, channelId) });
  });
}

/** What is refused is marked where it was typed. */
async function saveAndList(
  deps: SlackDeps,
  submission: Submission,
  workflowId: string,
  save: () => Promise<void>,
): Promise<void> {
  const { requester, reply, view } = submission;
  try {
    await save();
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await markErrors(submission, placeScheduleErrors(error, inputBlockIds(view.blocks)));
    return;
  }
  await reply.acknowledge();
  await reply.tell(await listSchedules(deps, requester, workflowId));
}

/** Left out where the cards go on standing where they do. */
function postTo(posts: ScheduleFormValues['posts'], channelId: string | null): { postTo?: string | null } {
  if (posts === 'kept') return {};
  return { postTo: posts === 'here' ? channelId : null };
}
