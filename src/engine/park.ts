import type { Effect } from '../domain/effect.ts';
import type { ExecutionRecord, Lease } from '../domain/execution-record.ts';
import { parkedDueAt } from '../domain/parked.ts';
import type { EngineDeps } from './engine-deps.ts';
import { releaseLease } from './lease.ts';

/**
 * Puts an execution that was just claimed aside, because its org is not served at the moment. Nothing of it is
 * lost, and no timer of it fires; whoever serves the org again makes it due.
 *
 * @param wasLost its worker did not give it back: what that had begun may have been sent
 */
export async function parkClaimed(
  { executions }: Pick<EngineDeps, 'executions'>,
  { state, delivery }: ExecutionRecord,
  { lease, now, wasLost }: { lease: Lease; now: Date; wasLost: boolean },
): Promise<void> {
  const { outbox, settleCount } = delivery;
  const doubted = (effect: Effect): Effect => ({ ...effect, maybeSent: true });
  await executions.settle({
    executionId: state.id,
    v: state.v,
    holder: lease.holder,
    settleCount,
    events: outbox.events,
    effects: wasLost ? outbox.effects.map(doubted) : outbox.effects,
    newMessages: {},
    newDead: [],
    lease: releaseLease(lease, now),
    dueAt: parkedDueAt,
  });
}
