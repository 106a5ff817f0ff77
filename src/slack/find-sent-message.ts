import type { WebClient } from '@slack/web-api';
import type { BotIdentity } from '../domain/installation.ts';
import { callSlack } from './slack-call.ts';

/** The type of the metadata that every message of an effect carries. */
const effectEventType = 'baton_effect';

export interface SentMessageQuery {
  channelId: string;
  threadTs: string | null;
  /** As in the metadata. */
  key: string;
  /** The message cannot be older. */
  since: Date;
}

interface FoundMessage {
  ts?: string;
  user?: string;
  bot_id?: string;
  metadata?: { event_type?: string; event_payload?: unknown };
}

const pageSize = 200;
/** More messages than this since one effect is no longer a search but a scan. */
const maxPages = 5;

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
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await readPage(client, query, cursor);
    const found = (answer.messages ?? []).find((message) => isOurs(message, identity, query.key));
    if (found?.ts !== undefined) return found.ts;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}

async function readPage(
  client: WebClient,
  { channelId, threadTs, since }: SentMessageQuery,
  cursor: string,
): Promise<{ messages?: FoundMessage[]; response_metadata?: { next_cursor?: string } }> {
  const common = {
    channel: channelId,
    oldest: (since.getTime() / 1_000).toFixed(6),
    include_all_metadata: true,
    limit: pageSize,
    ...(cursor === '' ? {} : { cursor }),
  };
  return callSlack(() =>
    threadTs === null
      ? client.conversations.history(common)
      : client.conversations.replies({ ...common, ts: threadTs }),
  );
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
