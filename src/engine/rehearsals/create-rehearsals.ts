import { deriveId } from '../../domain/ids.ts';
import type { ScenarioResult } from '../../domain/rehearsal.ts';
import { defaultExplorationLimits } from '../../domain/exploration.ts';
import type { RehearsalRunner } from './rehearsal-runner.ts';
import type { Rehearsals } from './rehearsals.ts';

/** How many workflows' results are remembered: a card is drawn far more often than its workflow is changed. */
const capacity = 200;

/** Rehearsals over a runner. */
export function createRehearsals(runner: RehearsalRunner): Rehearsals {
  const known = new Map<string, Promise<ScenarioResult[]>>();
  return {
    explore: (definition, inputs) =>
      runner.run({ kind: 'explore', request: { definition, inputs, limits: defaultExplorationLimits } }),
    play: (request) => runner.run({ kind: 'play', request }),
    rehearse: (request) => runner.run({ kind: 'rehearse', request }),
    sampleInputs: (definition, startAt) => runner.run({ kind: 'inputs', definition, startAt }),
    backtest: (definition, executions) => runner.run({ kind: 'backtest', definition, executions }),
    async checkScenarios({ workflow: { scenarios = [] }, definition }) {
      if (scenarios.length === 0) return [];
      const key = deriveId('scenarios', definition.revisionId, JSON.stringify(scenarios));
      const earlier = known.get(key);
      if (earlier !== undefined) return earlier;
      const results = runner.run({ kind: 'scenarios', definition, scenarios });
      if (known.size >= capacity) known.delete(known.keys().next().value ?? '');
      known.set(key, results);
      // What was cut off may come to its end another time.
      results.catch(() => known.delete(key));
      return results;
    },
  };
}
