import { askMessage } from '../../../blocks/ask.ts';
import { section } from '../../../blocks/elements.ts';
import type { Message } from '../../../blocks/message.ts';
import { delegatorOf } from '../../domain/asks.ts';
import { askKey } from '../../domain/effect.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Resolved } from '../directory.ts';
import type { Delivery, Messenger, Target } from '../messenger.ts';
import { nameDelegate, passOnWhenAbsent } from './absence.ts';
import { groupPlace, openStep, originOf, taskThread } from './conversations.ts';
import { keyedDelivery, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** The card comes a moment later; a group is asked in its thread. Without a card in the end, beside it. */
const cardWaitMs = 1_000;
const maxCardWaits = 4;

/**
 * Asks one recipient: a person in a direct message, a channel in it, a user group in the task's thread. Whoever
 * is away is not asked when somebody stands in.
 */
export async function performAsk(
  deps: PerformerDeps,
  effect: EffectOf<'ask'>,
  task: Task,
): Promise<EffectResult> {
  const { messenger, directory } = deps;
  const { execution, messages } = task;
  const { stepIndex, recipientIndex } = effect;
  const key = askKey(stepIndex, recipientIndex);
  const ask = execution.stack[stepIndex]?.asks[recipientIndex];
  const recipient = ask?.recipient;
  const isOpen = openStep(task, stepIndex) !== undefined && ask?.closed === null;
  if (recipient === undefined || messages[key] !== undefined) return { kind: 'done' };
  if (!isOpen && !effect.maybeSent) return { kind: 'done' };

  const absent = delegatorOf(recipient);
  if (absent !== null) {
    if (isOpen) await nameDelegate(deps, task, { recipient, absent });
    return { kind: 'done' };
  }
  const resolved = await directory.resolve(recipient);
  const awaitsCard =
    isOpen && resolved.kind === 'group' && taskThread(task) === null && originOf(task) !== null;
  if (awaitsCard && effect.attempts < maxCardWaits) {
    return { kind: 'retry', afterMs: cardWaitMs, error: 'waiting for the card', maybeSent: effect.maybeSent };
  }
  // What may have been posted already is no longer passed on: its message would be forgotten.
  const open = { stepIndex, recipientIndex, recipient, resolved };
  const now = isOpen && !effect.maybeSent ? await passOnWhenAbsent(deps, task, open) : task;
  if (now === null) return { kind: 'done' };
  const target = askTarget(resolved, recipient, now);
  if (!isOpen) return 'reason' in target ? { kind: 'done' } : recallAsk(messenger, effect, task, target);
  if ('reason' in target) return { kind: 'dead', error: target.reason };
  const message = addressTo(resolved, askMessage({ ...now, stepIndex, recipientIndex }));
  return resultOfPost(await messenger.post(target, message, askDelivery(effect, task)), key);
}

/** The step is over. What a worker that died had posted is remembered, so that it is closed as well. */
async function recallAsk(
  messenger: Messenger,
  effect: EffectOf<'ask'>,
  task: Task,
  target: Target,
): Promise<EffectResult> {
  const found = await messenger.find(target, askDelivery(effect, task));
  return found === null
    ? { kind: 'done' }
    : resultOfPost(found, askKey(effect.stepIndex, effect.recipientIndex));
}

function askDelivery(effect: EffectOf<'ask'>, { execution }: Task): Delivery {
  const key = askKey(effect.stepIndex, effect.recipientIndex);
  return keyedDelivery(effect, `${execution.id}:${key}`, effect.createdAt);
}

/** The conversation in which the recipient is asked, or why there is none. */
export function askTarget(resolved: Resolved, recipient: string, task: Task): Target | { reason: string } {
  switch (resolved.kind) {
    case 'unknown':
      return { reason: resolved.reason };
    case 'user':
      return { channelId: resolved.dmChannelId, threadTs: null, label: recipient };
    case 'channel':
      return { channelId: resolved.channelId, threadTs: null, label: recipient };
    case 'group':
      return groupTarget(resolved.channelIds, recipient, task);
  }
}

/** A user group has no conversation: it is asked where the task is, or in a channel of its own. */
function groupTarget(
  channelIds: readonly string[],
  recipient: string,
  task: Task,
): Target | { reason: string } {
  const here = groupPlace(task);
  if (here !== null) return here;
  const channelId = channelIds[0];
  if (channelId !== undefined) return { channelId, threadTs: null, label: `the channel of ${recipient}` };
  return {
    reason: `${recipient} is a user group, and this task is in no channel where I could ask it: start the task in a channel, or assign people or a #channel.`,
  };
}

/** A user group hears of a message only when the message mentions it. */
export function addressTo(resolved: Resolved, message: Message): Message {
  if (resolved.kind !== 'group') return message;
  const mention = `<!subteam^${resolved.groupId}>`;
  return { text: `${mention} ${message.text}`, blocks: [section(mention), ...message.blocks] };
}
