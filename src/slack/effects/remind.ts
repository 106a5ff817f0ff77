import { reminderMessage } from '../../../blocks/reminder.ts';
import { type MessageRef, askKey } from '../../domain/effect.ts';
import type { StepExecution } from '../../domain/execution.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Resolved } from '../directory.ts';
import type { Target } from '../messenger.ts';
import { addressTo, askTarget } from './ask.ts';
import { openStep, taskThread } from './conversations.ts';
import { deliveryOf, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** Reminds one recipient under the message that asked them, unless the step is closed or they have chosen. */
export async function performRemind(
  { messenger, directory }: PerformerDeps,
  effect: EffectOf<'remind'>,
  task: Task,
): Promise<EffectResult> {
  const { execution, definition, messages } = task;
  const { stepIndex, recipientIndex, reminder } = effect;
  const step = openStep(task, stepIndex);
  const asked = step?.asks[recipientIndex];
  if (step === undefined || asked === undefined || asked.closed !== null) return { kind: 'done' };
  const { recipient } = asked;

  const resolved = await directory.resolve(recipient);
  if (hasChosen(step, resolved)) return { kind: 'done' };
  const ask = messages[askKey(stepIndex, recipientIndex)];
  const target =
    ask === undefined ? askTarget(resolved, recipient, task) : underAsk(ask, resolved, recipient, task);
  if ('reason' in target) return { kind: 'dead', error: target.reason };
  const message = reminderMessage({ execution, definition, stepIndex, reminder });
  const sent = await messenger.post(target, addressTo(resolved, message), deliveryOf(effect));
  return resultOfPost(sent, null);
}

function hasChosen({ votes }: StepExecution, resolved: Resolved): boolean {
  if (resolved.kind !== 'user') return false;
  return votes.some(({ actor }) => actor.kind === 'person' && actor.userId === resolved.userId);
}

/** A group's ask is itself a reply in the task's thread, and threads do not nest. */
function underAsk(ask: MessageRef, resolved: Resolved, recipient: string, task: Task): Target {
  const thread = taskThread(task);
  if (resolved.kind === 'group' && thread !== null && thread.channelId === ask.channelId) return thread;
  return { channelId: ask.channelId, threadTs: ask.ts, label: recipient };
}
