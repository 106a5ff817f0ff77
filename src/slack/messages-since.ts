import type { WebClient } from '@slack/web-api';
import { callSlack } from './slack-call.ts';

/** A stretch of a conversation, or of one thread in it. */
export interface Stretch {
  channelId: string;
  threadTs: string | null;
  /** What is looked for cannot be older. */
  since: Date;
}

/** What Slack gives of a message, as far as it is looked at. */
export interface FoundMessage {
  ts?: string;
  user?: string;
  bot_id?: string;
  metadata?: { event_type?: string; event_payload?: unknown };
  files?: { name?: string | null }[];
}

const pageSize = 200;
/** More messages than this is no longer a search but a scan. */
const maxPages = 5;

/**
 * The messages of a stretch, read a page at a time as far as they are asked for; a thousand at most.
 *
 * @param more what to ask for beside it, such as metadata
 * @throws as `callSlack`
 */
export async function* messagesSince(
  client: WebClient,
  { channelId, threadTs, since }: Stretch,
  more: { include_all_metadata?: true } = {},
): AsyncGenerator<FoundMessage> {
  const oldest = (since.getTime() / 1_000).toFixed(6);
  const common = { channel: channelId, oldest, limit: pageSize, ...more };
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const query = cursor === '' ? common : { ...common, cursor };
    const answer = await callSlack(
      (): Promise<{ messages?: FoundMessage[]; response_metadata?: { next_cursor?: string } }> =>
        threadTs === null
          ? client.conversations.history(query)
          : client.conversations.replies({ ...query, ts: threadTs }),
    );
    yield* answer.messages ?? [];
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
}
