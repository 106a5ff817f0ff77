import { readStepForm, stepErrorBlock } from '../../../../blocks/authoring/step-form.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { StepMetadata } from './authoring-metadata.ts';
import { readStep } from './find-step.ts';
import { deleteView, partView, stepView } from './open-authoring.ts';
import { requireEditor } from './require-editor.ts';
import { resourcesOfStep } from './resources-for.ts';
import { showWithTools } from './show-with-tools.ts';
import { showWorkflowCard } from './show-workflow-card.ts';
import { rearrange } from './step-menu.ts';

/** What was chosen in the form of a step: the next form takes its place. */
export async function submitStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId, stepId, card } = decodeMetadata(StepMetadata, view.private_metadata);
  await requireEditor(deps, requester, workflowId);
  const choice = readStepForm(view.state.values);
  if (choice === null) {
    await markErrors(submission, { [stepErrorBlock]: 'Please choose what to change.' });
    return;
  }
  const found = await readStep(deps, requester, { workflowId, stepId });
  const { step } = found;
  if (step.type === 'TOOL' && (choice === 'tool' || choice === 'arguments')) {
    const toolsOf = choice === 'tool' ? 'all' : [step.toolServer];
    return showWithTools(deps, submission, toolsOf, (resources) =>
      partView(deps, found, choice, { card, fromStep: true, resources }),
    );
  }
  const resources = await resourcesOfStep(deps, requester, step);
  switch (choice) {
    case 'delete':
      return reply.replaceWith(deleteView(found, card));
    case 'up':
    case 'down':
    case 'duplicate': {
      const { revision } = found.workflow;
      const { updated } = await rearrange(
        deps,
        { requester },
        { workflowId, stepId, verb: choice, revision },
      );
      const done = choice === 'duplicate' ? '✅ Copied. This is the copy.' : `✅ Moved ${choice}.`;
      await reply.replaceWith(stepView(deps, updated, card, resources, done));
      return showWorkflowCard(deps, requester, card, updated, { stepId: updated.step.id });
    }
    default:
      return reply.replaceWith(partView(deps, found, choice, { card, fromStep: true, resources }));
  }
}
