import { refusalNotice } from '../../../../blocks/notices.ts';
import { readReasonForm, reasonBlockId } from '../../../../blocks/reason-form.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { ReasonMetadata, decodeMetadata } from '../form-metadata.ts';
import { identify } from '../requester.ts';
import { askedAt } from '../tasks/asked-at.ts';
import { readView } from '../tasks/find-task.ts';
import { type Submission, markErrors } from './submission.ts';

/** A decision with its reason. The form is pinned to the step that it was opened for. */
export async function submitReason(deps: SlackDeps, submission: Submission): Promise<void> {
  const { engine, connection } = deps;
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const metadata = decodeMetadata(ReasonMetadata, view.private_metadata);
  const { executionId, stepExecutionId, outcome, digest = null } = metadata;
  const comment = readReasonForm(view.state.values);
  const task = await engine.read(orgId, executionId);
  const by = await identify(connection.directory, requester, askedAt(task.state, stepExecutionId));
  try {
    const command = { type: 'decide', stepExecutionId, outcome, comment, output: null, digest, by } as const;
    await engine.execute(orgId, executionId, command);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason.kind === 'comment-required') {
      await markErrors(submission, { [reasonBlockId]: 'Please give a reason.' });
      return;
    }
    await reply.tell(refusalNotice(error.reason, { view: await readView(deps, orgId, executionId) }));
  }
}
