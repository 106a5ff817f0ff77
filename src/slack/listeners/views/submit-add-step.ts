import { addStepBlocks, readAddStepForm } from '../../../../blocks/add-step-form.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { deriveId } from '../../../domain/ids.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { showWorkflowCard } from '../authoring/show-workflow-card.ts';
import { AddStepMetadata, decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { changeAgain } from './change-again.ts';
import { type Submission, markErrors } from './submission.ts';

/**
 * Adds the step to the workflow as it is now. Nothing that was typed is lost when somebody else changed it
 * meanwhile; the person is told that it looks different. The same form adds one step, however often it is sent.
 */
export async function submitAddStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { workflows, connection } = deps;
  const { requester, reply, view, tellDirectly } = submission;
  const { orgId } = requester;
  const { workflowId, revision, type, card } = decodeMetadata(AddStepMetadata, view.private_metadata);
  const stepId = deriveId('step', workflowId, view.id);
  const by = await actorFor(connection.directory, requester);
  try {
    const outcome = await changeAgain(async () => {
      const current = await workflows.get(orgId, workflowId);
      const { steps } = current.definition;
      if (steps.some(({ id }) => id === stepId)) return { updated: current, changedMeanwhile: false };
      const { step, place, errors } = readAddStepForm(
        { type, definition: current.definition },
        view.state.values,
      );
      if (step === null) return { errors };
      const added = [...steps.slice(0, place), { ...step, id: stepId }, ...steps.slice(place)];
      const now = current.workflow.revision;
      const updated = await workflows.change(orgId, workflowId, { steps: added }, by, now);
      return { updated, changedMeanwhile: now !== revision };
    });
    if (outcome.updated === undefined) {
      await markErrors(submission, outcome.errors);
      return;
    }
    await reply.acknowledge();
    await showWorkflowCard(deps, requester, card, outcome.updated, { stepId });
    if (!outcome.changedMeanwhile) return;
    const notice =
      'Somebody else changed this workflow while your form was open. Your step was added to what they made of it.';
    await tellDirectly(simpleMessage(notice));
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    await markErrors(submission, { [addStepBlocks.title]: error.message });
  }
}
