import fc from 'fast-check';
import { commandArbitraries } from './command-arbitraries.ts';
import { findViolations } from './invariants/find-violations.ts';
import { orgIds, start } from './requests.ts';
import { revisionsArbitrary } from './workflow-arbitrary.ts';
import { type Plant, World } from './world.ts';

const yearAndMoreMs = 400 * 86_400_000;

/** How many things happen in one run, at most. */
const maxCommands = 30;

/**
 * One run: two orgs, each with a workflow of two revisions, and one task; things happen; then everything that is left over is done,
 * and all invariants must hold. In some runs more than a year passes after that.
 *
 * @param onEnd sees each world once it has settled
 */
export function simulationProperty(
  plant: Plant = {},
  onEnd: (world: World) => void = () => {},
): fc.IAsyncProperty<unknown> {
  const workflows = fc.tuple(...orgIds.map(revisionsArbitrary));
  const commands = fc.commands(commandArbitraries(), { maxCommands, size: 'max' });
  return fc.asyncProperty(
    workflows,
    commands,
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
    fc.scheduler(),
    async (revisions, chosen, maxParallel, hasLastYear, scheduler) => {
      const definitions = revisions.map(([first]) => first);
      const nextRevisions = revisions.map(([, next]) => next);
      const world = new World({ turns: scheduler, definitions, nextRevisions, maxParallel, plant });
      start(world, { process: 0, org: 0, key: 0, hasNote: true });
      await fc.asyncModelRun(() => ({ model: {}, real: world }), chosen);
      await world.settle();
      if (hasLastYear) {
        world.time.advance(yearAndMoreMs);
        await world.settle();
      }
      onEnd(world);
      const violations = await findViolations(world);
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
  );
}
