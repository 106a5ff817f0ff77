import type { ExecutionRecord } from '../domain/execution-record.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { Engine } from './engine.ts';
import { takeLease } from './lease.ts';
import type { LiveExecutions } from './live-executions.ts';
import type { Relay } from './relay.ts';

interface SweepContext {
  deps: EngineDeps;
  live: LiveExecutions;
  relay: Relay;
  execute: Engine['execute'];
  isStopped: () => boolean;
}

/**
 * Claims due executions one by one: timers that have come, effects that were put off, and what a worker
 * that died has left behind.
 *
 * @returns how many were claimed
 */
export async function sweepDue(context: SweepContext, maxMs: number): Promise<number> {
  const { deps, relay, isStopped } = context;
  const endsAt = performance.now() + maxMs;
  let claimed = 0;
  while (!isStopped() && performance.now() < endsAt) {
    await relay.hasRoom();
    const now = deps.clock.now();
    const before = await deps.executions.claimDue(now, takeLease(deps.lease, now));
    if (before === null) return claimed;
    claimed += 1;
    await handleClaimed(context, before, now);
  }
  return claimed;
}

async function handleClaimed(context: SweepContext, before: ExecutionRecord, now: Date): Promise<void> {
  const { deps, live, relay, execute } = context;
  const { state } = before;
  const wasLost = !before.delivery.lease.released;
  if (wasLost) deps.counters.leasesTakenOver += 1;
  // What this process itself is still busy with only gets its lease prolonged.
  const isOurs = before.delivery.lease.holder === deps.lease.holder && relay.isActive(state.id);
  await live.withLock(state.id, async () => {
    if (!isOurs) live.set(claimedRecord(before, takeLease(deps.lease, now), wasLost));
  });
  if (state.timerAt !== null && state.timerAt <= now) {
    try {
      await execute(state.orgId, state.id, { type: 'wake' });
    } catch (error) {
      deps.logger.error(
        { executionId: state.id, err: error },
        'a due execution could not be woken; it is tried again when the lease has run out',
      );
      return;
    }
  }
  relay.kick(state.id);
}

/** After a worker was lost with its lease, nobody knows what it had sent already. */
function claimedRecord(
  before: ExecutionRecord,
  lease: ExecutionRecord['delivery']['lease'],
  wasLost: boolean,
): ExecutionRecord {
  const { outbox } = before.delivery;
  const effects = wasLost ? outbox.effects.map((effect) => ({ ...effect, maybeSent: true })) : outbox.effects;
  return {
    ...before,
    delivery: { ...before.delivery, outbox: { ...outbox, effects }, lease, dueAt: lease.until },
  };
}
