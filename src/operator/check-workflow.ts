import { readFile } from 'node:fs/promises';
import { findingLines } from '../domain/finding.ts';
import { parseDefinition } from '../engine/workflows/definition-file.ts';
import { lintDefinition } from '../engine/lint/lint-definition.ts';
import { definitionFromFile } from '../engine/simulate/definition-from-file.ts';
import { runCommand } from './run-command.ts';

const usage = `Usage: npm run check-workflow -- FILE.yaml [FILE.yaml …] [--json]

Checks workflows with no database, no Slack and no model: whether every step can be reached and end, every outcome
leads somewhere, everything that a template reads is there. Ends with 1 when an error was found, with 2 for a file
that is no workflow.`;

/** `npm run check-workflow`. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const flags = args.filter((arg) => arg.startsWith('-'));
  if (paths.length === 0 || flags.some((flag) => flag !== '--json')) {
    process.stderr.write(`${usage}\n`);
    return flags.includes('--help') ? 0 : 2;
  }
  let hasErrors = false;
  for (const path of paths) {
    const text = await readFile(path, 'utf8');
    const definition = definitionFromFile(parseDefinition(text, path.endsWith('.json') ? 'json' : 'yaml'));
    const findings = lintDefinition(definition);
    hasErrors ||= findings.some(({ severity }) => severity === 'error');
    const lines = flags.includes('--json')
      ? [JSON.stringify({ file: path, findings })]
      : [`${path}: ${definition.name}`, ...findingLines(findings)];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return hasErrors ? 1 : 0;
}

await runCommand(2, () => main(process.argv.slice(2)));
