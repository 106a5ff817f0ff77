import { createHash } from 'node:crypto';
import type { BatchStore, HeldBatch } from '../../../models/batch-store.ts';
import type { Batch, BatchStatus } from '../../domain/batch.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import { AppError, ConflictError } from '../../errors.ts';
import { type CheckedBatch, checkBatch, isRight } from './check-batch.ts';
import { endUnread } from './end-unread.ts';
import { type ClaimKeeping, keepClaim } from './keep-claim.ts';

export interface SentFileDeps extends ClaimKeeping {
  store: BatchStore;
  newToken: () => string;
}

/** Whoever sends the file once more is told to come back after this. */
const retryAfterMs = 5_000;

/** What is told of a file that broke off. */
export const cutOff = 'The file did not come in whole. Send it again.';

/**
 * Checks a file as it comes in with a request. The batch is held meanwhile, so that the same file, sent again before
 * the first has come in, is not read twice at once.
 *
 * @throws AppError `batch-being-checked` (retryable) while another request with the same key is at it, or when the claim
 *   was lost; as `checkBatch`; ConflictError when the batch was cancelled meanwhile
 */
export async function checkSentFile(
  deps: SentFileDeps,
  batch: Batch,
  schema: JsonSchema,
  source: AsyncIterable<Uint8Array>,
): Promise<CheckedBatch & { status: BatchStatus }> {
  const { store, clock } = deps;
  const claim = await hold(deps, batch);
  const kept = keepClaim(deps, claim);
  try {
    // What an attempt that was cut off has left is read anew.
    await store.removeRows(batch.id);
    const checked = await checkBatch(store, batch, { schema, source, at: clock.now(), signal: kept.signal });
    const status = isRight(checked.counts) ? 'CHECKED' : 'INVALID';
    if (await store.release(claim, { dueAt: null, changes: { ...checked, status } }))
      return { ...checked, status };
  } catch (error) {
    const reason = error instanceof AppError && !error.retryable ? error.message : cutOff;
    await endUnread(deps, claim, reason);
    if (!kept.signal.aborted) throw error;
  } finally {
    kept.end();
  }
  const now = await store.find(batch.orgId, batch.id);
  if (now?.status !== 'CANCELLED') throw beingChecked();
  throw new ConflictError('The batch was cancelled meanwhile.', 'batch-status');
}

/** When its holder dies, it is due once the claim is over, and ends as cut off. */
async function hold({ store, clock, leaseMs, newToken }: SentFileDeps, batch: Batch): Promise<HeldBatch> {
  const now = clock.now();
  const lease = { token: newToken(), until: new Date(now.getTime() + leaseMs) };
  if ((await store.insert(batch, lease.until, lease)) || (await store.checkAnew(batch, now, lease)))
    return { batch, ...lease };
  throw beingChecked();
}

function beingChecked(): AppError {
  return new AppError(
    'batch-being-checked',
    409,
    'This file is being checked: it was sent before with the same Idempotency-Key. Send it again in a few seconds, with the same key, for its answer.',
    { retryable: true, retryAfterMs },
  );
}

/** False for a batch whose check was cut off, or came to nothing: under the same key it is checked anew. */
export function isOver({ status }: Batch): boolean {
  return status !== 'CHECKING' && status !== 'FAILED';
}

/**
 * The same file was sent again: it need not be read into rows, only known again.
 *
 * @throws ConflictError for another file
 */
export async function requireSame(batch: Batch, source: AsyncIterable<Uint8Array>): Promise<Batch> {
  const hash = createHash('sha256');
  for await (const chunk of source) hash.update(chunk);
  if (batch.digest === null || hash.digest('hex') === batch.digest) return batch;
  throw new ConflictError(
    'This Idempotency-Key was sent before with another file. Send a new key for a new batch.',
    'idempotency-key-reused',
  );
}
