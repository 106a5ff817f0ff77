import type { ExecutionRecord, Lease } from '../domain/execution-record.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { Engine } from './engine.ts';
import { type LiveExecutions, withLease } from './live-executions.ts';
import { parkClaimed } from './park.ts';
import type { Relay } from './relay.ts';
import { beginAt, shareOf, takeTurns } from './turns.ts';

export interface SweepContext {
  deps: EngineDeps;
  live: LiveExecutions;
  relay: Relay;
  execute: Engine['execute'];
  isStopped: () => boolean;
}

/** So many are claimed oldest first; when there are more, it is a backlog, and the orgs take turns. */
const backlogAfter = 32;
/** How much of one org's backlog is planned at once. */
const plannedPerOrg = 500;
/** How many of a backlog are claimed and woken at once. */
const parallelClaims = 16;
/** When so many were claimed by somebody else, another process is at the same part of the backlog. */
const lostAtMost = 4;

/**
 * Claims due executions one by one: timers that have come, effects that were put off, and what a worker
 * that died has left behind. A backlog is worked off org by org in turn, so that none waits for another's, and oldest
 * first as long as no other process is at it: then each begins elsewhere, so that they do not race for the same ones.
 *
 * @returns how many were claimed
 */
export async function sweepDue(context: SweepContext, maxMs: number): Promise<number> {
  const endsAt = performance.now() + maxMs;
  const goesOn = (): boolean => !context.isStopped() && performance.now() < endsAt;
  const { executions } = context.deps;
  let claimed = 0;
  while (goesOn() && claimed < backlogAfter) {
    if (!(await claim(context, (now, lease) => executions.claimDue(now, lease)))) return claimed;
    claimed += 1;
  }
  let share = 0;
  while (goesOn()) {
    const now = context.deps.clock.now();
    const turns = takeTurns(beginAt(await executions.listDueByOrg(now, plannedPerOrg), share));
    if (turns.length === 0) return claimed;
    const done = await claimTurns(context, turns, goesOn);
    claimed += done.claimed;
    share = done.lost === 0 ? 0 : shareOf(context.live.newLease(now).holder);
  }
  return claimed;
}

/**
 * In the order of the turns, several at once: each takes two durable writes, and the database makes many of
 * them durable together. Ends early where another process was before it: a claim that is lost costs nearly what a
 * good one does.
 */
async function claimTurns(
  context: SweepContext,
  turns: readonly string[],
  goesOn: () => boolean,
): Promise<{ claimed: number; lost: number }> {
  const { executions } = context.deps;
  const done = { claimed: 0, lost: 0 };
  let [next, hasFailed] = [0, false];
  async function claimInTurn(): Promise<void> {
    while (!hasFailed && done.lost < lostAtMost && goesOn()) {
      const id = turns[next];
      if (id === undefined) return;
      next += 1;
      const isWon = await claim(context, (now, lease) => executions.claimIfDue(id, now, lease));
      done[isWon ? 'claimed' : 'lost'] += 1;
    }
  }
  const workers = Array.from({ length: parallelClaims }, async () => {
    try {
      await claimInTurn();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  });
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return done;
}

/** @returns false when there was nothing to claim */
async function claim(
  context: SweepContext,
  claimOne: (now: Date, lease: Lease) => Promise<ExecutionRecord | null>,
): Promise<boolean> {
  await context.relay.hasRoom();
  const now = context.deps.clock.now();
  const lease = context.live.newLease(now);
  const before = await claimOne(now, lease);
  if (before === null) return false;
  context.deps.failpoint?.('after-sweep-claim');
  await handleClaimed(context, before, lease, now);
  return true;
}

async function handleClaimed(
  context: SweepContext,
  before: ExecutionRecord,
  lease: Lease,
  now: Date,
): Promise<void> {
  const { deps, live, relay, execute } = context;
  const { state } = before;
  const isParked = await live.withLock(state.id, async () => {
    // What this process itself is still busy with, and knows all about, only gets another lease.
    if (live.holds(before) && relay.isActive(state.id)) {
      live.takeAgain(state.id, lease);
      return false;
    }
    const wasLost = !before.delivery.lease.released;
    if (wasLost) deps.counters.leasesTakenOver += 1;
    if ((await deps.isParked?.(state.orgId)) === true) {
      live.forget(state.id);
      await parkClaimed(deps, before, { lease, now, wasLost });
      return true;
    }
    live.take(withLease(before, lease), wasLost);
    return false;
  });
  if (isParked) return;
  if (state.timerAt !== null && state.timerAt <= now) {
    try {
      await execute(state.orgId, state.id, { type: 'wake' });
    } catch (error) {
      const fields = { executionId: state.id, err: error };
      deps.logger.error(
        fields,
        'a due execution could not be woken; it is tried again when the lease has run out',
      );
      return;
    }
  }
  relay.kickClaimed(state.id);
}
