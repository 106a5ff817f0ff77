import { scheduleFormBlocks, readScheduleForm } from '../../../../blocks/schedules/schedule-form.ts';
import type { FieldError } from '../../../errors.ts';
import { AppError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { managerFor } from '../keys/show-keys.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { ScheduleMetadata } from './open-schedule-form.ts';
import { listSchedules } from './show-schedules.ts';

/** Makes the schedule and shows the list with its next times. */
export async function submitSchedule(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId, revision, channelId } = decodeMetadata(ScheduleMetadata, view.private_metadata);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  if (workflow.revision !== revision) {
    throw new ValidationError(
      'The workflow was changed meanwhile, and may ask for something else. Open the form again.',
    );
  }
  const { postsHere, ...given } = readScheduleForm(view.state.values, workflow.inputsSchema);
  const by = await managerFor(deps, requester);
  const postTo = postsHere ? channelId : null;
  try {
    await deps.schedules.create(by, workflowId, { ...given, postTo });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await markErrors(submission, { [placeOf(error.fields)]: error.message });
    return;
  }
  await reply.acknowledge();
  await reply.tell(await listSchedules(deps, requester, workflowId));
}

function placeOf(fields: readonly FieldError[]): string {
  const isZone = fields.some(({ path }) => path === 'timeZone');
  return isZone ? scheduleFormBlocks.timeZone : scheduleFormBlocks.when;
}
