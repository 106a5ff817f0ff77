import type { WebClient } from '@slack/web-api';
import { messagesSince } from './messages-since.ts';

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
  for await (const { files = [] } of messagesSince(client, { channelId, threadTs, since })) {
    if (files.some((file) => file.name === name)) return true;
  }
  return false;
}
