import { readReassignForm, reassignBlocks } from '../../../../blocks/reassign-form.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { StepMetadata, decodeMetadata } from '../form-metadata.ts';
import { readView } from '../tasks/find-task.ts';
import { toReassign } from '../tasks/reassign-task.ts';
import { type Submission, markErrors } from './submission.ts';

/** Asks others instead. The form is pinned to the step that it was opened for. */
export async function submitReassign(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const { executionId, stepExecutionId } = decodeMetadata(StepMetadata, view.private_metadata);
  const { errors, ...reassignment } = readReassignForm(view.state.values);
  if (Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  const task = await readView(deps, orgId, executionId);
  try {
    const command = await toReassign(deps, requester, task, { ...reassignment, stepExecutionId });
    await deps.engine.execute(orgId, executionId, command);
  } catch (error) {
    if (error instanceof ValidationError) {
      await markErrors(submission, { [reassignBlocks.typed]: error.message });
      return;
    }
    if (!(error instanceof Refusal)) throw error;
    await reply.tell(refusalNotice(error.reason, { view: await readView(deps, orgId, executionId) }));
  }
}
