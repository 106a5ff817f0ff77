import type { Definition } from '../../src/domain/definition.ts';
import { clip, inline } from '../escape.ts';
import { listInputVariables, listStepVariables } from '../template-variables.ts';

const maxLength = 2_800;

/** The variables that a template can use at a step, as a list in mrkdwn; '' when there are none. */
export function variablesText(definition: Definition, stepId: string): string {
  const inputs = listInputVariables(definition);
  const lines = [
    ...(inputs.length === 0 ? [] : [`What it is started with: ${inputs.map(code).join(' ')}`]),
    ...listStepVariables(definition, stepId).map(
      ({ title, paths }) => `From “${inline(title)}”: ${paths.map(code).join(' ')}`,
    ),
  ];
  return lines.length === 0 ? '' : clip(['*You can use*', ...lines].join('\n'), maxLength);
}

function code(path: string): string {
  return `\`{{${inline(path).replaceAll('`', '’')}}}\``;
}
