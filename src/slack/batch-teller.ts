import { batchMessage } from '../../blocks/batches/batch-message.ts';
import type { Batch, BatchPlace } from '../domain/batch.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import type { BatchTeller, Told } from '../engine/batches/tell-batch.ts';
import { AppError } from '../errors.ts';
import { type BatchFileDeps, deliveryOfBatch, sendBatchFile } from './batch-file.ts';
import type { SlackConnection } from './connection.ts';
import type { SlackConnections } from './connections.ts';
import { readSharedFile } from './files.ts';
import type { SendResult } from './messenger.ts';

export interface BatchTellerDeps extends BatchFileDeps {
  connections: SlackConnections;
  slackApiUrl?: string;
  findWorkflow: FindWorkflow;
}

/** When Slack does not say how long to wait. */
const retryAfterMs = 10_000;
const refused: Told = { place: null, retryAfterMs: null, maybeSent: false };

/** Shows batches in Slack: one message that is edited, with files below it: what is wrong in many rows, and the result. */
export function createBatchTeller(deps: BatchTellerDeps): BatchTeller {
  const { connections, slackApiUrl, findWorkflow, logger } = deps;

  async function show(connection: SlackConnection, batch: Batch, maybeSent: boolean): Promise<Told> {
    const { place, orgId, workflowId } = batch;
    if (place === null) return refused;
    const workflow = await findWorkflow(orgId, workflowId);
    const message = batchMessage({ batch, workflowName: workflow?.name ?? 'a workflow' });
    const { channelId, threadTs, ts } = place;
    if (ts !== null) {
      const sent = await connection.messenger.update({ channelId, ts }, message, 0);
      return toTold(sent, place);
    }
    const delivery = deliveryOfBatch(batch, '', maybeSent);
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
        if (place !== null && told.retryAfterMs === null)
          await sendBatchFile(deps, connection, { batch, place, ...telling });
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

/** Where it is shown when Slack does not let Baton speak in the conversation. */
async function directTo(
  { directory }: SlackConnection,
  { createdBy }: Batch,
): Promise<{ channelId: string; threadTs: null; label: string } | null> {
  if (createdBy.kind !== 'person') return null;
  const found = await directory.resolve(createdBy.userId);
  return found.kind === 'user' ? { channelId: found.dmChannelId, threadTs: null, label: 'you' } : null;
}
