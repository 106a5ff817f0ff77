import { maxProblems } from '../../blocks/batches/batch-message.ts';
import { simpleMessage } from '../../blocks/elements.ts';
import { mention } from '../../blocks/people.ts';
import { type Batch, type BatchPlace, countWrong, type RowStatus, wrongStatuses } from '../domain/batch.ts';
import type { Telling } from '../engine/batches/tell-batch.ts';
import { RetryableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SlackConnection } from './connection.ts';
import { isFileInThread } from './file-in-thread.ts';
import { uploadTextFile } from './files.ts';
import type { Delivery } from './messenger.ts';
import { SlackRefused } from './slack-call.ts';

export interface BatchFileDeps {
  /** The rows as CSV, in parts, with what became of each. @param only rows in these states; default: all */
  resultOf: (batch: Batch, only?: readonly RowStatus[]) => AsyncIterable<string>;
  logger: Logger;
}

export interface FileToSend extends Telling {
  batch: Batch;
  place: BatchPlace;
}

interface BatchFile {
  /** Tells it from other messages of the batch. */
  kind: string;
  comment: string;
  only?: readonly RowStatus[];
  /** Where the API gives the same. */
  where: string;
}

/** A file that is larger is only given by the API. */
const maxLength = 20_000_000;

/**
 * Puts a file into the thread of a batch's message, once, where its state asks for one: which rows are wrong, when they
 * are more than the message shows, and the result.
 *
 * @throws RetryableError when it could not be sent now
 */
export async function sendBatchFile(
  { resultOf, logger }: BatchFileDeps,
  { client, messenger }: SlackConnection,
  { batch, place, lost, maybeSent }: FileToSend,
): Promise<void> {
  const file = fileOf(batch);
  if (file === null) return;
  const { channelId, threadTs, ts } = place;
  const thread = { channelId, threadTs: threadTs ?? ts, label: 'that conversation' };
  const name = nameOf(batch, file.kind);
  const isThere = async (): Promise<boolean> => {
    try {
      return await isFileInThread(client, thread, { name, since: batch.createdAt });
    } catch (error) {
      if (!(error instanceof SlackRefused)) throw error;
      const fields = { batchId: batch.id, slackError: error.slackError };
      logger.warn(fields, 'Cannot find out whether a file of a batch was sent; it may be there twice');
      return false;
    }
  };
  const say = async (text: string): Promise<void> => {
    const delivery = deliveryOfBatch(batch, `:${file.kind}`, maybeSent);
    const sent = await messenger.post(thread, simpleMessage(`${text}: \`GET ${file.where}\``), delivery);
    if (sent.kind === 'wait' || sent.kind === 'retry')
      throw new RetryableError(sent.error, { retryAfterMs: sent.afterMs });
  };
  if (maybeSent && (await isThere())) return;
  let text = '';
  for await (const part of resultOf(batch, file.only)) {
    text += part;
    if (text.length > maxLength || lost.aborted) break;
  }
  if (lost.aborted) throw new RetryableError('The batch is worked on by another process.');
  if (text.length > maxLength) return say(`${file.comment}: too large for a file here`);
  try {
    await uploadTextFile(client, { ...thread, name, text, comment: file.comment });
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    await say(`${file.comment}: Slack did not take the file`);
  }
}

/** Ties a message to its batch, so that it is there once, whoever comes to send it. */
export function deliveryOfBatch({ id, createdAt }: Batch, part: string, maybeSent: boolean): Delivery {
  const key = `batch:${id}${part}`;
  return { effectId: key, key, since: createdAt, attempts: 0, maybeSent };
}

/** Whoever sent the rows may have gone on to something else days ago: they hear of it. */
function resultWords({ createdBy }: Batch): string {
  const result = 'All tasks of these rows have ended: the result, row by row';
  return createdBy.kind === 'person' ? `${mention(createdBy)} ${result}` : result;
}

/** Tells whose it is to people, and to whoever looks whether it is there: a thread may have files of several batches. */
function nameOf({ id, name }: Batch, kind: string): string {
  const stem = name
    .replace(/\.\w{1,8}$/, '')
    .replace(/[^\p{L}\p{N} ._-]/gu, '_')
    .slice(0, 60);
  return `${stem}.${kind}-${id.slice(-6)}.csv`;
}

function fileOf(batch: Batch): BatchFile | null {
  const { id, workflowId, status, counts } = batch;
  const path = `/api/workflows/${workflowId}/batches/${id}`;
  if (status === 'COMPLETED') return { kind: 'result', comment: resultWords(batch), where: `${path}/result` };
  const wrong = countWrong(counts);
  if (status !== 'INVALID' || wrong <= maxProblems) return null;
  return {
    kind: 'wrong-rows',
    comment: `All ${wrong.toLocaleString('en-US')} rows that are wrong, and why`,
    only: wrongStatuses,
    where: `${path}/result`,
  };
}
