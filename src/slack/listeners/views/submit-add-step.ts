import { addStepBlocks, readAddStepForm } from '../../../../blocks/add-step-form.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { AddStepMetadata, decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { showCard } from '../shared/show-card.ts';
import { changeAgain } from './change-again.ts';
import { type Submission, markErrors } from './submission.ts';

/**
 * Adds the step at the end of the workflow as it is now. Nothing that was typed is lost when somebody
 * else changed it meanwhile; the person is told that it looks different.
 */
export async function submitAddStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { workflows, connection } = deps;
  const { requester, reply, view, tellDirectly } = submission;
  const { workflowId, revision, type, card } = decodeMetadata(AddStepMetadata, view.private_metadata);
  const by = await actorFor(connection.directory, requester);
  try {
    const outcome = await changeAgain(async () => {
      const { workflow, definition } = await workflows.get(requester.orgId, workflowId);
      const { step, errors } = readAddStepForm({ type, definition }, view.state.values);
      if (step === null) return { errors };
      const { updated } = await workflows.addStep(requester.orgId, workflowId, step, by);
      return { updated, changedMeanwhile: workflow.revision !== revision };
    });
    if (outcome.updated === undefined) {
      await markErrors(submission, outcome.errors);
      return;
    }
    await reply.acknowledge();
    await showCard(deps, requester, card, workflowCard(outcome.updated));
    if (!outcome.changedMeanwhile) return;
    const notice =
      'Somebody else changed this workflow while your form was open. Your step was added at its end.';
    await tellDirectly(simpleMessage(notice));
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    await markErrors(submission, { [addStepBlocks.title]: error.message });
  }
}
