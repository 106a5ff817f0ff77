import { actionIds, encodeStepRef } from '../../../../blocks/action-ids.ts';
import { type AddableStepType, addStepForm } from '../../../../blocks/add-step-form.ts';
import { newWorkflowForm } from '../../../../blocks/new-workflow-form.ts';
import { routeForm } from '../../../../blocks/route-form.ts';
import { findStep } from '../../../domain/definition.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
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

/** Asks for a new step of a workflow. @throws NotFoundError */
export async function openAddStepForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
  about: { workflowId: string; type: AddableStepType; card: CardPlace },
): Promise<void> {
  const { workflowId, type, card } = about;
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  const metadata = encodeMetadata({ workflowId, revision: workflow.revision, type, card });
  const view = addStepForm({ type, workflow, definition, metadata });
  const actionId = type === 'HUMAN' ? actionIds.addHumanStep : actionIds.addMessageStep;
  const again = { text: 'Open the form', actionId, value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** Asks where a step leads. @throws NotFoundError */
export async function openRouteForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
  about: { workflowId: string; stepId: string; card: CardPlace },
): Promise<void> {
  const { workflowId, stepId, card } = about;
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  const step = findStep(definition, stepId);
  if (step === undefined) throw new NotFoundError('This step is no longer in the workflow.');
  const metadata = encodeMetadata({ workflowId, revision: workflow.revision, stepId, card });
  const view = routeForm({ workflow, definition, step, metadata });
  const value = encodeStepRef({ workflowId, stepId });
  const again = { text: 'Open the form', actionId: actionIds.routeStep, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
