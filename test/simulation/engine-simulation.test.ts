import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Definition } from '../../src/domain/definition.ts';
import { checkDefinition } from '../../src/engine/workflows/check-definition.ts';
import { orgIds } from '../support/simulation/requests.ts';
import { simulationProperty } from '../support/simulation/simulation-property.ts';
import { Tally } from '../support/simulation/tally.ts';
import { revisionsArbitrary } from '../support/simulation/workflow-arbitrary.ts';

/** `SIMULATION_SEED` and `SIMULATION_PATH`, as they are printed with a failure, show it again. */
const runs = Number(process.env['SIMULATION_RUNS'] ?? 10_000);
// The same histories at every ordinary run, so that a failure is the change's own; new ones at every soak.
const isSoak = process.env['SIMULATION_RUNS'] !== undefined;
const seed = Number(
  process.env['SIMULATION_SEED'] ?? (isSoak ? Math.floor(Math.random() * 2 ** 31) : 20_260_302),
);
const path = process.env['SIMULATION_PATH'];

/** What must have happened, or the simulation would prove little. */
const expected = [
  'start accepted',
  'decide accepted',
  'decide refused',
  'complete accepted',
  'cancel accepted',
  'retry accepted',
  'signal accepted',
  'reassign accepted',
  'reassign refused',
  'delegate accepted',
  'delegate refused',
  'move accepted',
  'move refused',
  'reroute accepted',
  'reroute refused',
  'report-unanswerable accepted',
  'lostRaces',
  'leasesTakenOver',
  'effectsFenced',
  'effectsDead',
  'effect wait',
  'effect retry',
  'effect thrown',
  'effect cut off',
  'messages looked for',
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_EXECUTION_EXPIRED',
  'WORKFLOW_EXECUTION_FAILED',
  'WORKFLOW_EXECUTION_MOVED',
  'WORKFLOW_STEP_EXECUTION_ESCALATED',
  'WORKFLOW_STEP_EXECUTION_REASSIGNED',
  'votes changed',
  'votes dropped',
  'refused: excluded',
  'refused: lost',
  'WORKFLOW_STEP_EXECUTION_REMINDER',
];

describe('the engine, with everything around it simulated', () => {
  it(`keeps its promises in ${runs} histories`, { timeout: 0 }, async () => {
    console.info(`simulation: SIMULATION_SEED=${seed} SIMULATION_RUNS=${runs}`);
    const tally = new Tally();
    const property = simulationProperty({}, (world) => tally.add(world));
    await fc.assert(property, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });
    console.info(`simulation: what happened\n${tally.toString()}`);
    if (path !== undefined || runs < 5_000) return;
    expect(expected.filter((name) => tally.of(name) === 0)).toEqual([]);
  });

  it('runs workflows that could have been saved', () => {
    const workflows = fc.sample(revisionsArbitrary(orgIds[0]), { numRuns: 300, seed });
    const check = (workflow: Definition): void => checkDefinition(workflow);
    for (const workflow of workflows.flat()) expect(() => check(workflow)).not.toThrow();
  });
});
