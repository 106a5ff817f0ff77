import type { Effect, MessageRef } from '../../domain/effect.ts';
import type { EffectResult } from '../../engine/effect-performer.ts';
import type { Delivery, SendResult } from '../messenger.ts';

/** Messages that people took away: nobody misses what would have been changed in them. */
const gone = new Set(['message_not_found', 'channel_not_found', 'thread_not_found', 'is_archived']);

/** Ties a message to the effect alone. */
export function deliveryOf(effect: Effect): Delivery {
  return keyedDelivery(effect, effect.id, effect.createdAt);
}

/** Ties a message to a key that several effects may share, such as the task's card. */
export function keyedDelivery(effect: Effect, key: string, since: Date): Delivery {
  const { id: effectId, attempts, maybeSent } = effect;
  return { effectId, key, since, attempts, maybeSent };
}

/** What became of a post, which is recorded at once. @param key where to remember the message; null: nowhere */
export function resultOfPost(sent: SendResult, key: string | null): EffectResult {
  switch (sent.kind) {
    case 'done':
      return { kind: 'done', messages: key === null ? {} : remember(key, sent.ref) };
    case 'wait':
    case 'retry':
      return sent;
    case 'dead':
      return { kind: 'dead', error: sent.error };
  }
}

/** What became of a change to a message that was there. */
export function resultOfUpdate(sent: SendResult): EffectResult {
  if (sent.kind === 'done' || (sent.kind === 'dead' && gone.has(sent.code))) return { kind: 'done' };
  return resultOfPost(sent, null);
}

function remember(key: string, ref: MessageRef): Record<string, MessageRef> {
  return { [key]: ref };
}
