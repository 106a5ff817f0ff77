import fc from 'fast-check';
import { describe, it } from 'vitest';
import { simulationProperty } from '../support/simulation/simulation-property.ts';

const runs = Number(process.env['SIMULATION_RUNS'] ?? 10_000);
const seed = Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const path = process.env['SIMULATION_PATH'];

describe('the engine, with everything around it simulated', () => {
  it(`keeps its promises in ${runs} histories (seed ${seed})`, { timeout: 0 }, async () => {
    console.info(`simulation: SIMULATION_SEED=${seed} SIMULATION_RUNS=${runs}`);
    await fc.assert(simulationProperty(), {
      numRuns: runs,
      seed,
      ...(path === undefined ? {} : { path }),
      endOnFailure: false,
    });
  });
});
