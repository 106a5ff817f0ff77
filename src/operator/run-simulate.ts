import type { Clock } from '../clock.ts';
import { exploreLines } from '../domain/exploration-words.ts';
import { scenarioLines } from '../domain/scenario-words.ts';
import { checkScenario } from '../engine/simulate/check-scenario.ts';
import { explore } from '../engine/simulate/explore.ts';
import { readDefinitionFile } from './read-definition-file.ts';
import type { FileCommandIo } from './run-check-workflow.ts';

const usage = `Usage: npm run simulate -- FILE.yaml

Tries everything that may happen to a task of the workflow, with no database, no Slack and no model, and says
which handoffs are taken, how a task can end, how long it can take and who is asked how often. Plays the scenarios
that are in the file. Ends with 1 when a handoff is never taken, or a scenario fails.`;

/** Tries everything that the workflow in a file can do. @returns the exit code @throws as `readDefinitionFile` */
export async function runSimulate(
  args: readonly string[],
  { print, tell, clock }: FileCommandIo & { clock: Clock },
): Promise<number> {
  const [path, ...more] = args;
  if (path === undefined || more.length > 0 || path.startsWith('-')) {
    tell(usage);
    return path === '--help' ? 0 : 2;
  }
  const { definition, scenarios } = await readDefinitionFile(path);
  const exploration = explore({ definition }, clock);
  const results = scenarios.map((scenario) => checkScenario(definition, scenario));
  print([definition.name, ...exploreLines(exploration), ...scenarioLines(results)].join('\n'));
  const { covered, total } = exploration.handoffs;
  const isAllTaken = covered === total && exploration.isComplete;
  return isAllTaken && results.every(({ passed }) => passed) ? 0 : 1;
}
