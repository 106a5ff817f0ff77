import type { WebClient } from '@slack/web-api';
import { callSlack } from './slack-call.ts';

const pageSize = 200;

/** True when a file of this name stands in the thread: files carry no metadata to know them by. @throws as `callSlack` */
export async function isFileInThread(
  client: WebClient,
  { channelId, threadTs }: { channelId: string; threadTs: string | null },
  name: string,
): Promise<boolean> {
  if (threadTs === null) return false;
  const { messages = [] } = await callSlack(() =>
    client.conversations.replies({ channel: channelId, ts: threadTs, limit: pageSize }),
  );
  return messages.some(({ files = [] }) => files.some((file) => file.name === name));
}
