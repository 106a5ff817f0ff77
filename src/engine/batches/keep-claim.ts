import type { BatchStore, HeldBatch } from '../../../models/batch-store.ts';
import type { Clock } from '../../clock.ts';
import { errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Timers } from '../../timers.ts';

export interface ClaimKeeping {
  store: Pick<BatchStore, 'renew'>;
  timers: Timers;
  clock: Clock;
  /** How long a claim lasts that is not renewed. */
  leaseMs: number;
  logger: Logger;
}

/** A claim that does not run out while its holder lives. */
export interface KeptClaim {
  /** Aborted when it is lost: somebody else may have the batch by now, or it was moved to another state. */
  signal: AbortSignal;
  /** It is not renewed any more. */
  end(): void;
}

/** Renews a claim every third of its lease, however long the work takes, until it is ended or lost. */
export function keepClaim(
  { store, timers, clock, leaseMs, logger }: ClaimKeeping,
  claim: HeldBatch,
): KeptClaim {
  const lost = new AbortController();
  let { until } = claim;
  let isOver = false;
  let cancelTick = (): void => {};

  /** @returns false when it is lost */
  async function renew(): Promise<boolean> {
    const next = new Date(clock.now().getTime() + leaseMs);
    try {
      if (!(await store.renew(claim, next))) return false;
      until = next;
      return true;
    } catch (error) {
      const fields = { batchId: claim.batch.id, detail: errorMessage(error) };
      logger.warn(fields, 'the claim of a batch could not be renewed; trying again');
      return clock.now() < until;
    }
  }

  async function tick(): Promise<void> {
    if (!(await renew())) {
      if (!isOver) lost.abort();
      isOver = true;
    }
    scheduleTick();
  }

  function scheduleTick(): void {
    if (!isOver) cancelTick = timers.after(leaseMs / 3, () => void tick());
  }

  scheduleTick();
  return {
    signal: lost.signal,
    end() {
      isOver = true;
      cancelTick();
    },
  };
}
