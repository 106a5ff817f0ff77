import { actionIds } from '../../../../blocks/action-ids.ts';
import { commandText } from '../../../../blocks/command-buttons.ts';
import { type GivenInputs, inputKeys, readGivenValues } from '../../../../blocks/given-values.ts';
import { cannotStart, startedNotice, unknownInputs } from '../../../../blocks/start-notices.ts';
import { startForm } from '../../../../blocks/start-form.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeStartMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { actorFor } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { listChangeable } from './may.ts';
import { originFor } from './origin-for.ts';

export interface StartRequest extends FormRequest {
  workflowId: string;
  /** Where the task was asked for, and its card goes; null: to the person. */
  channelId: string | null;
  threadTs: string | null;
  /** What is filled in already, as texts or as the workflow's inputs have them. */
  values: JsonObject;
  /** What was typed behind the name, so that the form can be asked for again with it. */
  typed?: string;
}

/** Asks for the inputs of a task, filled in with what is known. @throws NotFoundError */
export async function openStartForm(deps: SlackDeps, request: StartRequest): Promise<void> {
  const { requester, reply, workflowId, values } = request;
  const found = await deps.workflows.get(requester.orgId, workflowId);
  if (found.workflow.status !== 'ACTIVE') return refuseToStart(deps, request, found);
  await showForm(deps, request, found, readGivenValues(found.definition.inputsSchema, values));
  await reply.acknowledge();
}

/**
 * Starts a task at once when everything that it needs was given; asks for the rest in the form. Where only
 * optional inputs could be given and none was, the form is shown too.
 *
 * @throws NotFoundError
 */
export async function startOrAsk(deps: SlackDeps, request: StartRequest): Promise<void> {
  const { requester, reply, workflowId, values, triggerId } = request;
  const found = await deps.workflows.get(requester.orgId, workflowId);
  const { workflow, definition } = found;
  if (workflow.status !== 'ACTIVE') return refuseToStart(deps, request, found);
  const given = readGivenValues(definition.inputsSchema, values);
  const isAsked = Object.keys(values).length === 0 && inputKeys(definition.inputsSchema).length > 0;
  if (!given.isComplete || isAsked) return showForm(deps, request, found, given);
  const task = await deps.engine.start({
    orgId: requester.orgId,
    workflowId,
    inputs: given.inputs,
    startedBy: await actorFor(deps.connection.directory, requester),
    origin: await originFor(deps.connection.directory, requester, request),
    // A trigger id belongs to one command or click.
    startKey: `trigger:${requester.slackTeamId}:${triggerId}`,
  });
  await reply.tell(startedNotice({ execution: task, definition }));
}

async function refuseToStart(
  deps: SlackDeps,
  { requester, reply }: StartRequest,
  { workflow, definition }: WorkflowWithSteps,
): Promise<void> {
  const hasSteps = definition.steps.length > 0;
  const mayActivate = (await listChangeable(deps, requester, [workflow])).length > 0;
  await reply.tell(cannotStart({ workflow, hasSteps, mayActivate }));
}

async function showForm(
  { connection }: SlackDeps,
  { triggerId, reply, channelId, threadTs, typed }: StartRequest,
  { workflow, definition }: WorkflowWithSteps,
  { values, problems, unknown }: GivenInputs,
): Promise<void> {
  const { inputsSchema } = definition;
  const { id: workflowId, revision } = workflow;
  const metadata = encodeStartMetadata({ workflowId, revision, channelId, threadTs, values });
  const notice = unknown.length === 0 ? '' : unknownInputs(unknown, inputKeys(inputsSchema));
  const view = startForm({ workflow, inputsSchema, metadata, values, problems, notice });
  const again =
    typed === undefined
      ? { text: 'Open the form', actionId: actionIds.openStart, value: workflowId }
      : {
          text: 'Open the form',
          actionId: actionIds.runCommand,
          value: commandText(`start ${workflow.slug}`, typed),
        };
  await openModal(connection.client, { triggerId, view, reply, again });
}
