import type { World } from '../world.ts';
import { checkEffects } from './check-effects.ts';
import { checkHistory } from './check-history.ts';
import { checkMoves } from './check-moves.ts';
import { checkOperations } from './check-operations.ts';
import { checkPeople } from './check-people.ts';
import { checkReplay } from './check-replay.ts';
import { checkRest } from './check-rest.ts';
import { checkTimers } from './check-timers.ts';
import { gatherEvidence } from './evidence.ts';

/** Everything that should never be, in words, once a world has settled; nothing when all invariants hold. */
export async function findViolations(world: World): Promise<string[]> {
  const evidence = await gatherEvidence(world);
  return [
    ...world.journal.violations,
    ...checkRest(world),
    ...checkOperations(world, evidence),
    ...evidence.flatMap((one) => [
      ...checkHistory(world, one),
      ...checkMoves(one),
      ...checkReplay(world, one),
      ...checkTimers(world, one),
      ...checkPeople(world, one),
    ]),
    ...checkEffects(world, evidence),
  ];
}
