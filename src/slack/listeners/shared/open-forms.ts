import { actionIds, encodeStepRef } from '../../../../blocks/action-ids.ts';
import { type AddableStepType, addStepForm } from '../../../../blocks/add-step-form.ts';
import { actions, bold, button, simpleMessage } from '../../../../blocks/elements.ts';
import type { Message } from '../../../../blocks/message.ts';
import { newWorkflowForm } from '../../../../blocks/new-workflow-form.ts';
import { routeForm } from '../../../../blocks/route-form.ts';
import { startForm } from '../../../../blocks/start-form.ts';
import { findStep } from '../../../domain/definition.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { type CardPlace, encodeMetadata, encodeStartMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

/** Who wants a form, and what Slack needs to show it. */
export interface FormRequest {
  requester: Requester;
  triggerId: string;
  reply: Reply;
}

export interface StartFormRequest extends FormRequest {
  workflowId: string;
  /** Where the task's card goes; null: to the person. */
  channelId: string | null;
  threadTs: string | null;
  /** What is filled in already. */
  values: JsonObject;
}

/** Asks for the inputs of a task. @throws NotFoundError */
export async function openStartForm(deps: SlackDeps, request: StartFormRequest): Promise<void> {
  const { requester, triggerId, reply, workflowId, channelId, threadTs, values } = request;
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  if (workflow.status !== 'ACTIVE') return reply.tell(cannotStart(workflow));
  const { revision } = workflow;
  const metadata = encodeStartMetadata({ workflowId, revision, channelId, threadTs, values });
  const view = startForm({ workflow, inputsSchema: definition.inputsSchema, metadata, values });
  const again = { text: 'Open the form', actionId: actionIds.openStart, value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

function cannotStart({ id, name, status }: Workflow): Message {
  const why =
    status === 'DRAFT'
      ? 'is still a draft. Activate it before you start tasks.'
      : 'is paused. Tasks that are running go on, but no new ones start until it is activated.';
  const open = button({ text: 'Open', actionId: actionIds.showWorkflow, value: id });
  return simpleMessage(`${bold(name)} ${why}`, actions([open]));
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
