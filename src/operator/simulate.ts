import { readFile } from 'node:fs/promises';
import { systemClock } from '../clock.ts';
import { exploreLines } from '../domain/exploration-words.ts';
import { runCommand } from './run-command.ts';
import { parseDefinition } from '../engine/workflows/definition-file.ts';
import { definitionFromFile } from '../engine/simulate/definition-from-file.ts';
import { explore } from '../engine/simulate/explore.ts';

const usage = `Usage: npm run simulate -- FILE.yaml

Tries everything that may happen to a task of the workflow, with no database, no Slack and no model, and says
which handoffs are taken, how a task can end, how long it can take and who is asked how often.
Ends with 1 when a handoff is never taken.`;

/** `npm run simulate`. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const [path, ...more] = args;
  if (path === undefined || more.length > 0 || path.startsWith('-')) {
    process.stderr.write(`${usage}\n`);
    return path === '--help' ? 0 : 2;
  }
  const text = await readFile(path, 'utf8');
  const definition = definitionFromFile(parseDefinition(text, path.endsWith('.json') ? 'json' : 'yaml'));
  const exploration = explore({ definition }, systemClock);
  process.stdout.write(`${[definition.name, ...exploreLines(exploration)].join('\n')}\n`);
  const { covered, total } = exploration.handoffs;
  return covered === total && exploration.isComplete ? 0 : 1;
}

await runCommand(2, () => main(process.argv.slice(2)));
