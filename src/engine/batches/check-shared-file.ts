import type { BatchClaim, BatchProgress, BatchStore } from '../../../models/batch-store.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { AppError, errorMessage } from '../../errors.ts';
import { checkBatch, isRight } from './check-batch.ts';
import { cutOff } from './check-sent-file.ts';
import { removeOwnRows } from './end-unread.ts';
import type { ClaimKeeping } from './keep-claim.ts';
import type { BatchTeller } from './tell-batch.ts';

export interface SharedFileDeps extends ClaimKeeping {
  store: BatchStore;
  findWorkflow: (orgId: string, workflowId: string) => Promise<Workflow | null>;
  teller: BatchTeller | null;
}

/** A file that cannot be read for now is tried so often, at intervals that double. */
const maxAttempts = 5;
const firstRetryMs = 15_000;

/**
 * Checks the rows of a file that was shared in Slack.
 *
 * @param signal aborted when the batch is somebody else's, or not to be checked here: then nothing else is written,
 *   and whoever has it next begins anew
 */
export async function checkSharedFile(
  deps: SharedFileDeps,
  claim: BatchClaim,
  signal: AbortSignal,
): Promise<BatchProgress> {
  const { store, teller, findWorkflow, clock } = deps;
  const { batch } = claim;
  const at = clock.now();
  const failed = (reason: string): BatchProgress => ({
    dueAt: null,
    changes: { status: 'FAILED', reason, endedAt: at },
  });
  await store.removeRows(batch.id);
  // It came with a request, and whoever read it has died.
  if (batch.source === null) return failed(cutOff);
  const workflow = await findWorkflow(batch.orgId, batch.workflowId);
  if (workflow === null || teller === null) return failed('It cannot be read any more.');
  try {
    const source = teller.readFile(batch, batch.source, signal);
    const checked = await checkBatch(store, batch, { schema: workflow.inputsSchema, source, at, signal });
    const changes = { ...checked, status: isRight(checked.counts) ? 'CHECKED' : 'INVALID' } as const;
    return { dueAt: null, changes };
  } catch (error) {
    if (signal.aborted) return { dueAt: clock.now() };
    await removeOwnRows(deps, claim);
    if (error instanceof AppError && !error.retryable) return failed(error.message);
    return tryAgain(deps, claim, error) ?? failed('I could not read it, time and again. Share it once more.');
  }
}

/** @returns null when it was tried often enough */
function tryAgain(
  { clock, logger }: SharedFileDeps,
  { batch, attempts }: BatchClaim,
  error: unknown,
): BatchProgress | null {
  const fields = { batchId: batch.id, detail: errorMessage(error) };
  logger.warn(fields, 'the file of a batch could not be read now');
  if (attempts + 1 >= maxAttempts) return null;
  const dueAt = new Date(clock.now().getTime() + firstRetryMs * 2 ** attempts);
  return { dueAt, attempts: attempts + 1 };
}
