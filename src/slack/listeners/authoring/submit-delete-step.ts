import { readDeleteStepForm } from '../../../../blocks/authoring/delete-step-form.ts';
import { ConflictError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { type Submission, withNotice } from '../views/submission.ts';
import { StepMetadata } from './authoring-metadata.ts';
import { readStep } from './find-step.ts';
import { deleteView } from './open-authoring.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

/** Takes a step out of the workflow; what led to it leads to where was chosen. */
export async function submitDeleteStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const metadata = decodeMetadata(StepMetadata, view.private_metadata);
  const { workflowId, stepId, card } = metadata;
  const found = await readStep(deps, requester, metadata);
  const redirectTo = readDeleteStepForm(found, view.state.values);
  const by = await actorFor(deps.connection.directory, requester);
  try {
    const updated = await deps.workflows.deleteStep(requester.orgId, workflowId, stepId, by, {
      ...(redirectTo === undefined ? {} : { redirectTo }),
      expected: found.workflow.revision,
    });
    await reply.acknowledge();
    await showWorkflowCard(deps, requester, card, updated);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const notice = 'Somebody else changed this workflow meanwhile. Look again, then delete the step.';
    const again = deleteView(await readStep(deps, requester, metadata), card);
    await reply.replaceWith(withNotice(again, notice));
  }
}
