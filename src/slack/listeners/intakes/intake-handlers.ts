import { intakeForm } from '../../../../blocks/intakes/intake-form.ts';
import { intakeActions } from '../../../../blocks/intakes/intake-ids.ts';
import type { Message } from '../../../../blocks/message.ts';
import { type TriggerRef, decodeTriggerRef } from '../../../../blocks/trigger-ref.ts';
import { NotFoundError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openModal } from '../open-modal.ts';
import { commandMessage, listIntakes } from './show-intakes.ts';

/** The buttons of the list of intakes. */
export const intakeHandlers: readonly ClickHandler[] = [
  {
    match: intakeActions.show,
    handle: async (deps, { requester, reply, value }) =>
      reply.tell(await listIntakes(deps, requester, value)),
  },
  { match: intakeActions.create, handle: openIntakeForm },
  { match: intakeActions.command, handle: showCommand },
  { match: intakeActions.switchOff, handle: (deps, click) => switchIntake(deps, click, false) },
  { match: intakeActions.switchOn, handle: (deps, click) => switchIntake(deps, click, true) },
  { match: intakeActions.delete, handle: deleteIntake },
];

async function openIntakeForm(deps: SlackDeps, { requester, triggerId, reply, value }: Click): Promise<void> {
  const { workflow } = await deps.workflows.get(requester.orgId, value);
  const again = { text: 'New intake', actionId: intakeActions.create, value };
  const view = intakeForm({ workflowId: workflow.id, name: workflow.name });
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

async function showCommand(deps: SlackDeps, { requester, reply, value }: Click): Promise<void> {
  const { workflowId, triggerId } = requireRef(value);
  const by = await managerFor(deps, requester);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const intake = await deps.intakes.get(by, workflowId, triggerId);
  await reply.tell(commandMessage(deps, workflow, intake));
}

async function switchIntake(deps: SlackDeps, click: Click, enabled: boolean): Promise<void> {
  const { workflowId, triggerId } = requireRef(click.value);
  const by = await managerFor(deps, click.requester);
  await deps.intakes.change(by, workflowId, triggerId, { enabled });
  await showAgain(click, await listIntakes(deps, click.requester, workflowId));
}

/** A second click on the same button finds that it is done. */
async function deleteIntake(deps: SlackDeps, click: Click): Promise<void> {
  const { workflowId, triggerId } = requireRef(click.value);
  const by = await managerFor(deps, click.requester);
  try {
    await deps.intakes.delete(by, workflowId, triggerId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  await showAgain(click, await listIntakes(deps, click.requester, workflowId));
}

/** In place of the list that was clicked, which only this person sees. */
export async function showAgain(click: Click, list: Message): Promise<void> {
  if (click.place.kind === 'ephemeral') await click.replaceEphemeral(list);
  else await click.reply.tell(list);
}

/** @throws ValidationError for a button of another version */
export function requireRef(value: string): TriggerRef {
  const ref = decodeTriggerRef(value);
  if (ref !== null) return ref;
  throw new ValidationError('This button is from another version of Baton. Please show the list again.');
}
