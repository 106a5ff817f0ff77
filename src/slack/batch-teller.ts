import { batchMessage } from '../../blocks/batches/batch-message.ts';
import { simpleMessage } from '../../blocks/elements.ts';
import type { Batch, BatchPlace } from '../domain/batch.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import type { BatchTeller, Telling, Told } from '../engine/batches/tell-batch.ts';
import { AppError, RetryableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SlackConnection } from './connection.ts';
import type { SlackConnections } from './connections.ts';
import { isFileInThread } from './file-in-thread.ts';
import { readSharedFile, uploadTextFile } from './files.ts';
import type { Delivery, SendResult } from './messenger.ts';
import { SlackRefused } from './slack-call.ts';

export interface BatchTellerDeps {
  connections: SlackConnections;
  slackApiUrl?: string;
  findWorkflow: FindWorkflow;
  /** The result as CSV, in parts. */
  resultOf: (batch: Batch) => AsyncIterable<string>;
  logger: Logger;
}

/** A file that is larger is only given by the API. */
const maxResultLength = 20_000_000;
/** When Slack does not say how long to wait. */
const retryAfterMs = 10_000;
const refused: Told = { place: null, retryAfterMs: null, maybeSent: false };

/** Shows batches in Slack: one message that is edited, and the result below it when all is done. */
export function createBatchTeller(deps: BatchTellerDeps): BatchTeller {
  const { connections, slackApiUrl, findWorkflow, logger } = deps;

  async function show(connection: SlackConnection, batch: Batch, maybeSent: boolean): Promise<Told> {
    const { place, orgId, workflowId, createdAt } = batch;
    if (place === null) return refused;
    const workflow = await findWorkflow(orgId, workflowId);
    const message = batchMessage({ batch, workflowName: workflow?.name ?? 'a workflow' });
    const { channelId, threadTs, ts } = place;
    if (ts !== null) {
      const sent = await connection.messenger.update({ channelId, ts }, message, 0);
      return toTold(sent, place);
    }
    const delivery = deliveryOf(`batch:${batch.id}`, createdAt, maybeSent);
    const targets = [{ channelId, threadTs, label: 'that conversation' }, await directTo(connection, batch)];
    for (const target of targets) {
      if (target === null) continue;
      const sent = await connection.messenger.post(target, message, delivery);
      if (sent.kind === 'done') return toTold(sent, { ...sent.ref, threadTs: target.threadTs });
      if (sent.kind !== 'dead') return toTold(sent, place);
    }
    return refused;
  }

  return {
    async tell(batch, telling) {
      let told = refused;
      try {
        const connection = await connections.of(batch.orgId);
        told = await show(connection, batch, telling.maybeSent);
        const { place } = told;
        const isEnded = told.retryAfterMs === null && batch.status === 'COMPLETED';
        if (place !== null && isEnded) await sendResult(deps, connection, { batch, place, ...telling });
        return told;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        logger.warn({ batchId: batch.id, err: error }, 'the progress of a batch was not shown');
        const afterMs = error.retryable ? (error.retryAfterMs ?? retryAfterMs) : null;
        return { ...told, retryAfterMs: afterMs, maybeSent: true };
      }
    },
    async *readFile(batch, { fileId }, signal) {
      const { client } = await connections.of(batch.orgId);
      yield* readSharedFile(client, fileId, { slackApiUrl, signal });
    },
  };
}

/** What was not sent now is sent later; what Slack refuses is not. */
function toTold(sent: SendResult, place: BatchPlace): Told {
  if (sent.kind === 'done') return { place, retryAfterMs: null, maybeSent: false };
  if (sent.kind === 'dead') return refused;
  return { place, retryAfterMs: sent.afterMs, maybeSent: sent.kind === 'retry' && sent.maybeSent };
}

/** Ties a message to its batch, so that it is there once, whoever comes to send it. */
function deliveryOf(key: string, since: Date, maybeSent: boolean): Delivery {
  return { effectId: key, key, since, attempts: 0, maybeSent };
}

/** Where it is shown when Slack does not let Baton speak in the conversation. */
async function directTo(
  { directory }: SlackConnection,
  { createdBy }: Batch,
): Promise<{ channelId: string; threadTs: null; label: string } | null> {
  if (createdBy.kind !== 'person') return null;
  const found = await directory.resolve(createdBy.userId);
  return found.kind === 'user' ? { channelId: found.dmChannelId, threadTs: null, label: 'you' } : null;
}

interface ResultToSend extends Telling {
  batch: Batch;
  place: BatchPlace;
}

/** @throws RetryableError when it could not be sent now */
async function sendResult(
  { resultOf, logger }: BatchTellerDeps,
  { client, messenger }: SlackConnection,
  { batch, place, lost, maybeSent }: ResultToSend,
): Promise<void> {
  const { id, workflowId, createdAt } = batch;
  const thread = {
    channelId: place.channelId,
    threadTs: place.threadTs ?? place.ts,
    label: 'that conversation',
  };
  const name = `result-${id}.csv`;
  const isThere = async (): Promise<boolean> => {
    try {
      return await isFileInThread(client, thread, name);
    } catch (error) {
      if (!(error instanceof SlackRefused)) throw error;
      const fields = { batchId: id, slackError: error.slackError };
      logger.warn(fields, 'Cannot find out whether a result was sent; it may be there twice');
      return false;
    }
  };
  const say = async (text: string): Promise<void> => {
    const delivery = deliveryOf(`batch:${id}:result`, createdAt, maybeSent);
    const sent = await messenger.post(thread, simpleMessage(text), delivery);
    if (sent.kind === 'wait' || sent.kind === 'retry')
      throw new RetryableError(sent.error, { retryAfterMs: sent.afterMs });
  };
  if (maybeSent && (await isThere())) return;
  let text = '';
  for await (const part of resultOf(batch)) {
    text += part;
    if (text.length > maxResultLength || lost.aborted) break;
  }
  if (lost.aborted) throw new RetryableError('The batch is worked on by another process.');
  const where = `GET /api/workflows/${workflowId}/batches/${id}/result`;
  if (text.length > maxResultLength) return say(`The result is too large for a file here: \`${where}\``);
  try {
    await uploadTextFile(client, { ...thread, name, text, comment: 'The result, row by row' });
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    await say(`Slack did not take the result as a file: \`${where}\``);
  }
}
