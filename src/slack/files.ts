import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { RetryableError, ValidationError } from '../errors.ts';
import { createStallLimit, watchParts } from '../stall-limit.ts';
import { callSlack } from './slack-call.ts';

export interface UploadFile {
  channelId: string;
  /** The root of the thread that it is put in. Default: none. */
  threadTs?: string | null;
  name: string;
  text: string;
  /** What is said with it, in mrkdwn. */
  comment: string;
}

export interface DownloadedFile {
  name: string;
  text: string;
}

/** Slack waits 3 s for the answer to a form, and this is only a part of it. */
const downloadTimeoutMs = 2_000;
const maxBytes = 1_000_000;
const latestMessages = 30;

const FileInfo = z.object({
  file: z.object({
    name: z.string().default('file'),
    size: z.number().default(0),
    url_private: z.string().optional(),
    url_private_download: z.string().optional(),
  }),
});

/** Posts a text as a file. @throws as `callSlack` */
export async function uploadTextFile(client: WebClient, file: UploadFile): Promise<void> {
  const { channelId, threadTs = null, name, text, comment } = file;
  const thread = threadTs === null ? {} : { thread_ts: threadTs };
  await callSlack(() =>
    client.filesUploadV2({
      channel_id: channelId,
      ...thread,
      filename: name,
      title: name,
      content: text,
      initial_comment: comment,
    }),
  );
}

/**
 * Reads a text file that somebody put into a form. The bot's token is sent to Slack only.
 *
 * @throws ValidationError for what is no text file, or too large; RetryableError, SlackRefused
 */
export async function downloadTextFile(
  client: WebClient,
  fileId: string,
  slackApiUrl: string | undefined,
): Promise<DownloadedFile> {
  const answer = FileInfo.safeParse(await callSlack(() => client.files.info({ file: fileId })));
  const url = answer.data?.file.url_private_download ?? answer.data?.file.url_private;
  if (!answer.success || url === undefined || !isSlacks(url, slackApiUrl))
    throw new ValidationError('Slack does not give me this file. Paste its text instead.');
  const { name, size } = answer.data.file;
  if (size > maxBytes) throw new ValidationError('This file is larger than a workflow can be (1 MB).');
  const bytes = await download(url, client.token);
  if (bytes.byteLength > maxBytes)
    throw new ValidationError('This file is larger than a workflow can be (1 MB).');
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ValidationError('This is not a text file. Export a workflow to see what it looks like.');
  }
}

/** A table of rows may be as large as this. */
const maxTableBytes = 20_000_000;
/** Its rows are checked as they come, so that it may take any time as a whole. */
const tableStallMs = 60_000;

/**
 * The bytes of a file that somebody shared, as they come. The bot's token is sent to Slack only.
 *
 * @param signal ends it in the middle
 * @throws ValidationError for what Slack does not give, or what is too large; RetryableError
 */
export async function* readSharedFile(
  client: WebClient,
  fileId: string,
  { slackApiUrl, signal: ended }: { slackApiUrl: string | undefined; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const answer = FileInfo.safeParse(await callSlack(() => client.files.info({ file: fileId })));
  const url = answer.data?.file.url_private_download ?? answer.data?.file.url_private;
  if (!answer.success || url === undefined || !isSlacks(url, slackApiUrl))
    throw new ValidationError(
      'Slack does not give me this file. Share it again, in a conversation that I am in.',
    );
  const headers = { authorization: `Bearer ${client.token ?? ''}` };
  const limit = createStallLimit(tableStallMs);
  const signal = AbortSignal.any([limit.signal, ended]);
  try {
    limit.moved();
    const response = await fetch(url, { headers, signal, redirect: 'error' });
    if (!response.ok || response.body === null)
      throw new RetryableError(`Slack did not give me the file (HTTP ${response.status}).`);
    let size = 0;
    for await (const chunk of watchParts(response.body, limit)) {
      size += chunk.byteLength;
      if (size > maxTableBytes)
        throw new ValidationError('This file is larger than 20 MB. Send it in parts, or through the API.');
      yield chunk;
    }
  } finally {
    limit.end();
  }
}

/**
 * The file that the person shared last in the conversation, of the latest messages; null when there is none.
 *
 * @throws as `callSlack`
 */
export async function findSharedFile(
  client: WebClient,
  channelId: string,
  userId: string,
): Promise<string | null> {
  const [last] = await listSharedFiles(client, channelId, userId);
  return last?.id ?? null;
}

/** The files that the person shared in the conversation, of the latest messages, newest first. @throws as `callSlack` */
export async function listSharedFiles(
  client: WebClient,
  channelId: string,
  userId: string,
): Promise<{ id: string; name: string }[]> {
  const { messages = [] } = await callSlack(() =>
    client.conversations.history({ channel: channelId, limit: latestMessages }),
  );
  return messages
    .filter(({ user }) => user === userId)
    .flatMap(({ files = [] }) => files.map(({ id = '', name = '' }) => ({ id, name: name ?? '' })))
    .filter(({ id }) => id !== '');
}

async function download(url: string, token: string | undefined): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token ?? ''}` },
      signal: AbortSignal.timeout(downloadTimeoutMs),
      redirect: 'error',
    });
    if (!response.ok)
      throw new RetryableError(
        `Slack did not give me the file (HTTP ${response.status}). Paste its text instead.`,
      );
    return await response.arrayBuffer();
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    throw new RetryableError('Slack did not give me the file in time. Paste its text instead.', {
      cause: error,
    });
  }
}

/** Slack keeps its files under its own name; a workspace for tests beside its API. */
function isSlacks(url: string, slackApiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (slackApiUrl !== undefined && origin === new URL(slackApiUrl).origin) return true;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}
