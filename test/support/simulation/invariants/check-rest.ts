import { hasEnded } from '../../../../src/domain/execution.ts';
import type { World } from '../world.ts';

/** Nothing is left over: no outbox, no lease, no timer that has passed, nobody without an answer. */
export function checkRest(world: World): string[] {
  const problems: string[] = [];
  const now = world.time.now();
  for (const { state, delivery } of world.records()) {
    const { id, timerAt } = state;
    const { outbox, lease, dueAt } = delivery;
    if (outbox.events.length + outbox.effects.length > 0) problems.push(`${id}: the outbox is not empty`);
    if (!lease.released) problems.push(`${id}: ${lease.holder} still holds the lease`);
    if (timerAt !== null && timerAt <= now)
      problems.push(`${id}: a timer of ${timerAt.toISOString()} is due`);
    if (dueAt?.getTime() !== timerAt?.getTime())
      problems.push(`${id}: it is due at another time than its timer`);
    if (hasEnded(state) !== (state.pointer === null)) problems.push(`${id}: ${state.status}, and at a step`);
  }
  for (const { token, process, answer } of world.operations) {
    if (process.isAlive && answer.kind === 'none') problems.push(`${token} was never answered`);
  }
  return problems;
}
