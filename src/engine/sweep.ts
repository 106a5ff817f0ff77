import type { ExecutionRecord, Lease } from '../domain/execution-record.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { Engine } from './engine.ts';
import { type LiveExecutions, withLease } from './live-executions.ts';
import { parkClaimed } from './park.ts';
import type { Relay } from './relay.ts';

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

/**
 * Claims due executions one by one: timers that have come, effects that were put off, and what a worker
 * that died has left behind. A backlog is worked off org by org in turn, so that none waits for another's.
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
  while (goesOn()) {
    const turns = takeTurns(await executions.listDueByOrg(context.deps.clock.now(), plannedPerOrg));
    if (turns.length === 0) return claimed;
    claimed += await claimTurns(context, turns, goesOn);
  }
  return claimed;
}

/**
 * In the order of the turns, several at once: each takes two durable writes, and the database makes many of
 * them durable together.
 */
async function claimTurns(
  context: SweepContext,
  turns: readonly string[],
  goesOn: () => boolean,
): Promise<number> {
  const { executions } = context.deps;
  let next = 0;
  let claimed = 0;
  let hasFailed = false;
  async function claimInTurn(): Promise<void> {
    while (!hasFailed && goesOn()) {
      const id = turns[next];
      if (id === undefined) return;
      next += 1;
      if (await claim(context, (now, lease) => executions.claimIfDue(id, now, lease))) claimed += 1;
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
  return claimed;
}

/** The first of each list, then the second of each, and so on. */
export function takeTurns(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const turns: string[] = [];
  for (let round = 0; round < longest; round += 1) {
    for (const list of lists) {
      const id = list[round];
      if (id !== undefined) turns.push(id);
    }
  }
  return turns;
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
