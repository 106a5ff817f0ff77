import { actionIds } from '../../../../blocks/action-ids.ts';
import { type AddableStepType, addStepForm } from '../../../../blocks/add-step-form.ts';
import { authoringActions } from '../../../../blocks/authoring/authoring-ids.ts';
import { newWorkflowForm } from '../../../../blocks/new-workflow-form.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { hasPickers } from '../authoring/has-pickers.ts';
import { requireEditor } from '../authoring/require-editor.ts';
import { type CardPlace, encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

/** Who wants a form, and what Slack needs to show it. */
export interface FormRequest {
  requester: Requester;
  triggerId: string;
  reply: Reply;
}

/** Asks for the name of a new workflow. */
export async function openNewWorkflowForm(
  deps: SlackDeps,
  { triggerId, reply }: FormRequest,
  channelId: string | null,
  name: string,
): Promise<void> {
  const view = newWorkflowForm({ metadata: encodeMetadata({ channelId }), name });
  const again = { text: 'Open the form', actionId: actionIds.openNew };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** The kinds that have a button of their own on the card; the others are chosen in a form. */
const addActions = {
  USER_MESSAGE: actionIds.addMessageStep,
  HUMAN: actionIds.addHumanStep,
  WAIT: authoringActions.addWaitStep,
} as const satisfies Partial<Record<AddableStepType, string>>;

/** Asks for a new step of a workflow. @throws NotFoundError, PermissionError */
export async function openAddStepForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
  about: { workflowId: string; type: keyof typeof addActions; card: CardPlace },
): Promise<void> {
  const { workflowId, type, card } = about;
  await requireEditor(deps, requester, workflowId);
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  const metadata = encodeMetadata({ workflowId, revision: workflow.revision, type, card });
  const view = addStepForm({ type, workflow, definition, metadata, hasPickers: hasPickers(deps) });
  const again = { text: 'Open the form', actionId: addActions[type], value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
