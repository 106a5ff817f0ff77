import { addStepForm, type AddableStepType } from '../../../../blocks/add-step-form.ts';
import { authoringActions } from '../../../../blocks/authoring/authoring-ids.ts';
import { readStepKind, stepKindBlock, stepKindForm } from '../../../../blocks/authoring/step-kind-form.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { decodeMetadata, encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { encodeAuthoring, StepKindMetadata } from './authoring-metadata.ts';
import { hasPickers } from './has-pickers.ts';
import { requireEditor } from './require-editor.ts';
import { resourcesFor } from './resources-for.ts';
import { showWithTools } from './show-with-tools.ts';

/** *Add another step* on a workflow's card. */
export async function openStepKinds(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, triggerId, reply, place: card, value: workflowId } = click;
  const workflow = await requireEditor(deps, requester, workflowId);
  const view = stepKindForm(workflow, encodeAuthoring({ workflowId, card }));
  const again = { text: 'Open the form', actionId: authoringActions.addOtherStep, value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** The form of the kind that was chosen takes the place of the choice. */
export async function submitStepKind(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId, card } = decodeMetadata(StepKindMetadata, view.private_metadata);
  await requireEditor(deps, requester, workflowId);
  const type = readStepKind(view.state.values);
  if (type === null) {
    await markErrors(submission, { [stepKindBlock]: 'Please choose a kind of step.' });
    return;
  }
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  const resources = await resourcesFor(deps, requester, type);
  const missing = explainMissing(type, resources);
  if (missing !== null) {
    await markErrors(submission, { [stepKindBlock]: missing });
    return;
  }
  const metadata = encodeMetadata({ workflowId, revision: workflow.revision, type, card });
  const options = { type, workflow, definition, metadata, hasPickers: hasPickers(deps) };
  if (type !== 'TOOL') return reply.replaceWith(addStepForm({ ...options, resources }));
  await showWithTools(deps, submission, 'all', (known) => addStepForm({ ...options, resources: known }));
}

function explainMissing(type: AddableStepType, { agents, toolServers }: StepResources): string | null {
  if (type === 'AGENT' && agents.length === 0)
    return 'There is no agent yet. /workflow agents makes one; then add this step.';
  if (type === 'TOOL' && toolServers.length === 0)
    return 'No tool server is configured yet. Whoever runs Baton names them in TOOL_SERVERS.';
  return null;
}
