import { readCancelForm } from '../../../../blocks/cancel-form.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { TaskMetadata, decodeMetadata } from '../form-metadata.ts';
import { identify } from '../requester.ts';
import { readView } from '../tasks/find-task.ts';
import { giveCommand } from '../tasks/steer-task.ts';
import type { Submission } from './submission.ts';

/** Ends a task for good. What somebody else did meanwhile is told in place of the form. */
export async function submitCancel(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const { executionId } = decodeMetadata(TaskMetadata, view.private_metadata);
  const task = await readView(deps, requester.orgId, executionId);
  const by = await identify(deps.connection.directory, requester, []);
  const reason = readCancelForm(view.state.values);
  await giveCommand(deps, submission, task, { type: 'cancel', reason, by });
}
