import type { ModalView } from '@slack/types';
import { newTriggerForm } from '../../../../blocks/triggers/source-forms.ts';
import { maxLogShown, triggerLogMessage } from '../../../../blocks/triggers/trigger-log.ts';
import { triggerForm } from '../../../../blocks/triggers/trigger-form.ts';
import { decodeTriggerRef } from '../../../../blocks/trigger-ref.ts';
import { triggerActions, triggerSwitchPattern } from '../../../../blocks/triggers/trigger-ids.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { triggerLine } from '../../../../blocks/triggers/starters.ts';
import { type SlackTrigger, type Trigger, isSlackTrigger } from '../../../domain/trigger.ts';
import { NotFoundError, ValidationError } from '../../../errors.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { unheardNotice } from '../../triggers/unheard-notice.ts';
import type { Click } from '../actions/click.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { requireEditor } from '../authoring/require-editor.ts';
import { showWorkflowCard } from '../authoring/show-workflow-card.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openModal } from '../open-modal.ts';
import { showTriggers } from './show-triggers.ts';
import { encodeNewTrigger, encodeTrigger } from './trigger-metadata.ts';

/** The buttons of triggers. */
export const triggerHandlers: readonly ClickHandler[] = [
  {
    match: triggerActions.show,
    handle: (deps, { requester, reply, value }) => showTriggers(deps, requester, reply, value),
  },
  { match: triggerActions.createMessage, handle: (deps, click) => openNewTrigger(deps, click, 'message') },
  { match: triggerActions.createReaction, handle: (deps, click) => openNewTrigger(deps, click, 'reaction') },
  { match: triggerActions.edit, handle: openTrigger },
  { match: triggerActions.log, handle: showLog },
  { match: triggerSwitchPattern, handle: switchTrigger },
];

/** The trigger of a form, which is one of those that Slack's forms can change. @throws NotFoundError */
export async function getSlackTrigger(
  { triggers }: SlackDeps,
  by: Manager,
  { workflowId, triggerId }: { workflowId: string; triggerId: string },
): Promise<SlackTrigger> {
  const trigger = await triggers.get(by, workflowId, triggerId);
  if (!isSlackTrigger(trigger)) throw new NotFoundError('There is no such trigger.');
  return trigger;
}

/** Everything about a trigger, as a form, with where it cannot hear. @param said a line on top, in mrkdwn */
export async function triggerView(
  { connection }: SlackDeps,
  trigger: SlackTrigger,
  said: string | null = null,
): Promise<ModalView> {
  const metadata = encodeTrigger(trigger);
  const notice = joinNotices(said, await unheardNotice(connection, trigger));
  return triggerForm({ trigger, metadata, ...(notice === null ? {} : { notice }) });
}

/** One below the other; null where there is none. */
export function joinNotices(...notices: (string | null)[]): string | null {
  const lines = notices.filter((notice) => notice !== null);
  return lines.length === 0 ? null : lines.join('\n');
}

async function openNewTrigger(
  deps: SlackDeps,
  { requester, triggerId, reply, value }: Click,
  kind: SlackTrigger['kind'],
): Promise<void> {
  const workflow = await requireEditor(deps, requester, value);
  const view = newTriggerForm(kind, workflow.name, encodeNewTrigger({ workflowId: workflow.id, kind }));
  const actionId = kind === 'message' ? triggerActions.createMessage : triggerActions.createReaction;
  await openModal(deps.connection.client, {
    triggerId,
    view,
    reply,
    again: { text: 'Open the form', actionId, value },
  });
}

async function openTrigger(deps: SlackDeps, { requester, triggerId, reply, value }: Click): Promise<void> {
  const ref = refOf(value);
  await requireEditor(deps, requester, ref.workflowId);
  const by = await managerFor(deps, requester);
  const view = await triggerView(deps, await getSlackTrigger(deps, by, ref));
  const again = { text: 'Open the form', actionId: triggerActions.edit, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** What the trigger did, and why; for whoever sees the workflow. */
async function showLog(deps: SlackDeps, { requester, reply, value }: Click): Promise<void> {
  const { workflowId, triggerId } = refOf(value);
  const by = await managerFor(deps, requester);
  const trigger = await deps.triggers.get(by, workflowId, triggerId);
  const log = await deps.triggers.log(by, workflowId, triggerId, { limit: maxLogShown + 1 });
  await reply.tell(triggerLogMessage(trigger, log));
}

/** Switches it, and shows it so where the button stands. */
async function switchTrigger(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, reply, place } = click;
  const { workflowId, triggerId, enabled = true } = refOf(click.value);
  const by = await managerFor(deps, requester);
  const trigger = await deps.triggers.change(by, workflowId, triggerId, { enabled });
  if (place.kind === 'message') {
    await reply.acknowledge();
    await showWorkflowCard(deps, requester, place, await deps.workflows.get(requester.orgId, workflowId));
    return;
  }
  await reply.tell(switchedNotice(trigger));
}

function switchedNotice(trigger: Trigger): ReturnType<typeof simpleMessage> {
  return simpleMessage(triggerLine(trigger));
}

function refOf(value: string): NonNullable<ReturnType<typeof decodeTriggerRef>> {
  const ref = decodeTriggerRef(value);
  if (ref === null)
    throw new ValidationError('This button is from another version of Baton. Please look again.');
  return ref;
}
