import type { BatchStore, HeldBatch } from '../../../models/batch-store.ts';
import type { ClaimKeeping } from './keep-claim.ts';

interface EndDeps extends Pick<ClaimKeeping, 'clock' | 'leaseMs'> {
  store: Pick<BatchStore, 'renew' | 'release' | 'removeRows'>;
}

/** A file that cannot be used: of whoever still holds its batch, no row stays, and it is FAILED for this reason. */
export async function endUnread(deps: EndDeps, claim: HeldBatch, reason: string): Promise<void> {
  const endedAt = deps.clock.now();
  await removeOwnRows(deps, claim);
  await deps.store.release(claim, { dueAt: null, changes: { status: 'FAILED', reason, endedAt } });
}

/** Of a batch that somebody else has by now the rows are theirs. */
export async function removeOwnRows({ store, clock, leaseMs }: EndDeps, claim: HeldBatch): Promise<void> {
  const until = new Date(clock.now().getTime() + leaseMs);
  if (await store.renew(claim, until)) await store.removeRows(claim.batch.id);
}
