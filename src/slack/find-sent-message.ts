import type { WebClient } from '@slack/web-api';
import type { BotIdentity } from '../domain/installation.ts';
import { type FoundMessage, messagesSince, type Stretch } from './messages-since.ts';

/** The type of the metadata that every message of an effect carries. */
const effectEventType = 'baton_effect';

export interface SentMessageQuery extends Stretch {
  /** As in the metadata. */
  key: string;
}

interface EffectMetadata {
  event_type: string;
  event_payload: { effect_id: string; key: string };
}

/** The metadata that tells a message of an effect from all others. */
export function effectMetadata(effectId: string, key: string): EffectMetadata {
  return { event_type: effectEventType, event_payload: { effect_id: effectId, key } };
}

/**
 * Looks for a message of ours that carries the key.
 *
 * @returns its `ts`, or null when it is not there
 * @throws as `callSlack`
 */
export async function findSentMessage(
  client: WebClient,
  identity: BotIdentity | null,
  query: SentMessageQuery,
): Promise<string | null> {
  for await (const message of messagesSince(client, query, { include_all_metadata: true })) {
    if (message.ts !== undefined && isOurs(message, identity, query.key)) return message.ts;
  }
  return null;
}

/** Another app could copy the metadata, so the sender counts too. */
function isOurs(message: FoundMessage, identity: BotIdentity | null, key: string): boolean {
  if (message.metadata?.event_type !== effectEventType) return false;
  const payload = message.metadata.event_payload as { key?: unknown } | undefined;
  if (payload?.key !== key) return false;
  if (identity === null) return true;
  return (
    message.user === identity.botUserId || (identity.botId !== null && message.bot_id === identity.botId)
  );
}
