import { context } from '../../../blocks/elements.ts';
import { escapeMrkdwn } from '../../../blocks/escape.ts';
import type { Message } from '../../../blocks/message.ts';
import { taskCard } from '../../../blocks/task-card.ts';
import { taskCardKey } from '../../domain/effect.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import { cardTargets } from './conversations.ts';
import { keyedDelivery, resultOfPost, resultOfUpdate } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/**
 * Posts the card where the workflow says, or brings it up to date. Where the bot cannot post there, and for
 * a task that was started outside Slack, it goes to the person who started it.
 */
export async function performTaskCard(
  { messenger, directory }: PerformerDeps,
  effect: EffectOf<'task-card'>,
  task: Task,
): Promise<EffectResult> {
  const { execution, definition, messages } = task;
  if (definition.listensTo !== undefined) return { kind: 'done' };
  const message = taskCard({ execution, definition });
  const card = messages[taskCardKey];
  if (card !== undefined) return resultOfUpdate(await messenger.update(card, message, effect.attempts));

  const delivery = keyedDelivery(effect, `${execution.id}:${taskCardKey}`, execution.createdAt);
  let refusal: string | null = null;
  for await (const target of cardTargets(directory, task)) {
    const shown = refusal === null ? message : explain(message, refusal);
    const sent = await messenger.post(target, shown, delivery);
    if (sent.kind !== 'dead') return resultOfPost(sent, taskCardKey);
    refusal ??= sent.error;
  }
  return refusal === null ? { kind: 'done' } : { kind: 'dead', error: refusal };
}

/** Says on the card why it is not where it should be. */
function explain(message: Message, refusal: string): Message {
  // A channel's mention is the one piece of markup in these texts.
  const words = escapeMrkdwn(refusal).replace(/&lt;#([CGD][A-Z0-9]+)&gt;/g, '<#$1>');
  return {
    text: message.text,
    blocks: [context(`This card is here because I could not post it there. ${words}`), ...message.blocks],
  };
}
