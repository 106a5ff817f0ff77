import { type Decision, decodeDecision, encodeDecision } from '../../../../blocks/action-ids.ts';
import { askMessage } from '../../../../blocks/ask.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { reasonForm } from '../../../../blocks/reason-form.ts';
import { askTitle } from '../../../../blocks/task-view.ts';
import type { Person } from '../../../domain/actor.ts';
import { findStep, outcomesOf } from '../../../domain/definition.ts';
import { readAskKey } from '../../../domain/effect.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { identify } from '../requester.ts';
import type { Click } from './click.ts';

/** A click on an outcome, or on *Mark done* (`actionId` is that of the button, to offer it again). */
export async function actOnStep(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  const { engine } = deps;
  const { requester, reply } = click;
  const decision = decodeDecision(click.value);
  if (decision === null) {
    const text = 'This button is from another version of Baton and no longer works. Nothing changed.';
    return reply.tell(simpleMessage(`${text} Look at the Home tab of Baton for what waits for you.`));
  }
  const { executionId } = decision;
  try {
    const known = await engine.read(requester.orgId, executionId, 'known');
    return await decideAs(deps, click, decision, known);
  } catch (error) {
    // What this process knew may be behind: whoever is refused is refused by what is stored.
    if (!(error instanceof AppError)) throw error;
  }
  const task = await engine.read(requester.orgId, executionId);
  try {
    await decideAs(deps, click, decision, task);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason.kind === 'comment-required') return askForReason(deps, click, actionId, decision, task);
    await tellRefusal(deps, click, error, executionId);
  }
}

/** Who clicks is looked up as far as it matters to who is asked. */
async function decideAs(
  { engine, connection }: SlackDeps,
  { requester }: Click,
  decision: Decision,
  { state }: ReadExecution,
): Promise<void> {
  const { executionId, stepExecutionId } = decision;
  const { assignees = [] } = state.stack.find(({ id }) => id === stepExecutionId) ?? {};
  const person = await identify(connection.directory, requester, assignees);
  await engine.execute(requester.orgId, executionId, toCommand(decision, person));
}

function toCommand({ stepExecutionId, outcome }: Decision, by: Person): ExecutionCommand {
  if (outcome === null) {
    return { type: 'complete', stepExecutionId, outcome: null, comment: null, output: null, by };
  }
  return { type: 'decide', stepExecutionId, outcome, comment: null, output: null, by };
}

/** The engine checks for the reason last, so whoever gets here may decide. */
async function askForReason(
  deps: SlackDeps,
  { triggerId, reply }: Click,
  actionId: string,
  decision: Decision,
  { state, definition }: ReadExecution,
): Promise<void> {
  const { executionId, stepExecutionId, outcome } = decision;
  const stepExecution = state.stack.find(({ id }) => id === stepExecutionId);
  const step = findStep(definition, stepExecution?.stepId ?? null);
  if (stepExecution === undefined || step?.type !== 'HUMAN' || outcome === null) return;
  const label = outcomesOf(step).find(({ name }) => name === outcome)?.label ?? outcome;
  const metadata = encodeMetadata({ executionId, stepExecutionId, outcome });
  const view = reasonForm({ label, title: askTitle(stepExecution), required: true, metadata });
  const again = { text: label, actionId, value: encodeDecision(decision) };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** Says what happened first, from what is true now, and takes the buttons off a message that is behind. */
async function tellRefusal(
  deps: SlackDeps,
  { requester, reply, place }: Click,
  { reason }: Refusal,
  executionId: string,
): Promise<void> {
  const { state, definition, delivery } = await deps.engine.read(requester.orgId, executionId);
  await reply.tell(refusalNotice(reason, { view: { execution: state, definition } }));
  // Their message is behind: it was decided, or the ask was passed on.
  const isBehind = reason.kind === 'already-done' || reason.kind === 'not-entitled';
  if (!isBehind || place.kind !== 'message') return;
  const key = Object.keys(delivery.messages).find((candidate) => {
    const { channelId, ts } = delivery.messages[candidate] ?? {};
    return channelId === place.channelId && ts === place.ts;
  });
  const ask = readAskKey(key ?? '');
  if (ask === null) return;
  const message = askMessage({ execution: state, definition, ...ask });
  await deps.connection.messenger.update({ channelId: place.channelId, ts: place.ts }, message, 0);
}
