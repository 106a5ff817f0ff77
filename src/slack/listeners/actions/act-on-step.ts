import { type Decision, decodeDecision } from '../../../../blocks/action-ids.ts';
import { askMessage } from '../../../../blocks/ask.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import type { Person } from '../../../domain/actor.ts';
import { readAskKey } from '../../../domain/effect.ts';
import type { ExecutionState } from '../../../domain/execution.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { identify } from '../requester.ts';
import { askedAt } from '../tasks/asked-at.ts';
import type { Click } from './click.ts';
import { isAnsweredByForm, openDecisionForm } from './open-decision-form.ts';

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
    return await decideOrAsk(deps, click, actionId, decision, known);
  } catch (error) {
    // What this process knew may be behind: whoever is refused is refused by what is stored.
    if (!(error instanceof AppError)) throw error;
  }
  const task = await engine.read(requester.orgId, executionId);
  try {
    await decideOrAsk(deps, click, actionId, decision, task);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await tellRefusal(deps, click, error, executionId);
  }
}

/** What needs no form and no reason is done at once. Who clicks is looked up as far as it matters to who is asked. */
async function decideOrAsk(
  deps: SlackDeps,
  click: Click,
  actionId: string,
  decision: Decision,
  task: ReadExecution,
): Promise<void> {
  const { requester } = click;
  const { executionId, stepExecutionId } = decision;
  const person = await identify(deps.connection.directory, requester, askedAt(task.state, stepExecutionId));
  const command = toCommand(decision, person);
  if (isAnsweredByForm(task, command, deps.clock.now()))
    return openDecisionForm(deps, click, actionId, decision, task);
  const done = await deps.engine.execute(requester.orgId, executionId, command);
  if (decision.isPrivate === true) await showOutcome(click, decision, { ...task, state: done });
}

function toCommand({ stepExecutionId, outcome, digest }: Decision, by: Person): ExecutionCommand {
  if (outcome === null) {
    return { type: 'complete', stepExecutionId, outcome: null, comment: null, output: null, by };
  }
  const seen = digest === undefined ? {} : { digest };
  return { type: 'decide', stepExecutionId, outcome, comment: null, output: null, ...seen, by };
}

/** What was shown to one person gives way to what became of it. */
async function showOutcome(
  click: Click,
  { stepExecutionId }: Decision,
  { state, definition }: { state: ExecutionState; definition: ReadExecution['definition'] },
): Promise<void> {
  const stepIndex = state.stack.findIndex(({ id }) => id === stepExecutionId);
  if (click.place.kind !== 'ephemeral' || stepIndex === -1) return;
  await click.replaceEphemeral(
    askMessage({ execution: state, definition, stepIndex, recipientIndex: 0, isPrivate: true }),
  );
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
  // Their message is behind: it was decided, the ask was passed on, or it says something else by now.
  const isBehind =
    reason.kind === 'already-done' || reason.kind === 'not-entitled' || reason.kind === 'changed-meanwhile';
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
