import { decodeScenarioRef } from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import { scenariosMessage } from '../../../../blocks/rehearsal/scenario-lines.ts';
import type { Message } from '../../../../blocks/message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import { deleteScenario } from '../../../engine/workflows/scenarios.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { type Requester, actorFor } from '../requester.ts';

/** The workflow's scenarios, with how each ends now. */
export async function showScenarios(deps: SlackDeps, { requester, reply, value }: Click): Promise<void> {
  const found = await deps.workflows.get(requester.orgId, value);
  await reply.tell(await toMessage(deps, requester, found));
}

export async function removeScenario(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, value, place } = click;
  const ref = decodeScenarioRef(value);
  if (ref === null) throw new ValidationError('This button no longer works. Nothing changed.');
  const { orgId } = requester;
  const by = await actorFor(deps.connection.directory, requester);
  const after = await deleteScenario(deps.workflows, { orgId, id: ref.workflowId }, ref.name, by);
  const message = await toMessage(deps, requester, after);
  if (place.kind === 'ephemeral') return click.replaceEphemeral(message);
  await click.reply.tell(message);
}

async function toMessage(deps: SlackDeps, requester: Requester, found: WorkflowWithSteps): Promise<Message> {
  const { access } = await deps.forRequester(requester);
  const results = await deps.rehearsals.checkScenarios(found);
  return scenariosMessage(found, results, canEditWorkflow(access, found.workflow));
}
