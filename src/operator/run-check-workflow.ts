import { findingLines } from '../domain/finding.ts';
import { lintDefinition } from '../engine/lint/lint-definition.ts';
import { readDefinitionFile } from './read-definition-file.ts';

const usage = `Usage: npm run check-workflow -- FILE.yaml [FILE.yaml …] [--json]

Checks workflows with no database, no Slack and no model: whether every step can be reached and end, every outcome
leads somewhere, everything that a template reads is there. Ends with 1 when an error was found, with 2 for a file
that is no workflow.`;

export interface FileCommandIo {
  /** Shows what was asked for. */
  print: (text: string) => void;
  /** Says something beside that. */
  tell: (text: string) => void;
}

/** Checks the files one after the other. @returns the exit code @throws as `readDefinitionFile` */
export async function runCheckWorkflow(
  args: readonly string[],
  { print, tell }: FileCommandIo,
): Promise<number> {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const flags = args.filter((arg) => arg.startsWith('-'));
  if (paths.length === 0 || flags.some((flag) => flag !== '--json')) {
    tell(usage);
    return flags.includes('--help') ? 0 : 2;
  }
  let hasErrors = false;
  for (const path of paths) {
    const { definition } = await readDefinitionFile(path);
    const findings = lintDefinition(definition);
    hasErrors ||= findings.some(({ severity }) => severity === 'error');
    const lines = flags.includes('--json')
      ? [JSON.stringify({ file: path, findings })]
      : [`${path}: ${definition.name}`, ...findingLines(findings)];
    print(lines.join('\n'));
  }
  return hasErrors ? 1 : 0;
}
