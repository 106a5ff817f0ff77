import type { WebClient } from '@slack/web-api';
import { callSlack } from './slack-call.ts';

const pageSize = 200;
/** More replies than this since then is no longer a search but a scan. */
const maxPages = 5;

/**
 * True when a file of this name stands in the thread: files carry no metadata to know them by.
 *
 * @param since the file cannot be older
 * @throws as `callSlack`
 */
export async function isFileInThread(
  client: WebClient,
  { channelId, threadTs }: { channelId: string; threadTs: string | null },
  { name, since }: { name: string; since: Date },
): Promise<boolean> {
  if (threadTs === null) return false;
  const oldest = (since.getTime() / 1_000).toFixed(6);
  const common = { channel: channelId, ts: threadTs, oldest, limit: pageSize };
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const more = cursor === '' ? {} : { cursor };
    const answer = await callSlack(() => client.conversations.replies({ ...common, ...more }));
    const { messages = [] } = answer;
    if (messages.some(({ files = [] }) => files.some((file) => file.name === name))) return true;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return false;
  }
  return false;
}
