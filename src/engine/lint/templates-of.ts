import { type Step, inputsTemplateOf } from '../../domain/definition.ts';
import type { JsonValue } from '../../domain/json.ts';

/** A template of a step, and what becomes of its text. */
export interface StepTemplate {
  /** Where it stands in the step. */
  part: string;
  text: string;
  gives: 'text' | 'recipients' | 'time';
  /** False for what is rendered before the step itself is a part of the context. */
  seesItself: boolean;
}

/** Every template of the step that reads a value. */
export function templatesOf(step: Step): StepTemplate[] {
  const inputs = textsIn(inputsTemplateOf(step), 'inputsTemplate').map(
    ([part, text]): StepTemplate => ({ part, text, gives: 'text', seesItself: false }),
  );
  return [...inputs, ...ownTemplates(step)].filter(({ text }) => text.includes('{{'));
}

function ownTemplates(step: Step): StepTemplate[] {
  switch (step.type) {
    case 'WAIT':
      return step.until === undefined
        ? []
        : [{ part: 'until', text: step.until, gives: 'time', seesItself: true }];
    case 'AGENT':
      return recipients('approvers', step.approvers);
    case 'PROMPT':
    case 'TOOL':
      return [];
    case 'USER_MESSAGE':
    case 'HUMAN':
      return [
        ...(step.type === 'USER_MESSAGE' && step.assignee !== undefined
          ? [{ part: 'assignee', text: step.assignee, gives: 'recipients', seesItself: true } as const]
          : []),
        ...recipients('assignees', step.assignees),
        ...recipients('deadline/escalateTo', step.deadline?.escalateTo),
        ...(step.type === 'HUMAN' ? Object.entries(step.prefill ?? {}) : []).map(
          ([field, text]): StepTemplate => ({
            part: `prefill/${field}`,
            text,
            gives: 'text',
            seesItself: true,
          }),
        ),
      ];
  }
}

function recipients(part: string, texts: readonly string[] = []): StepTemplate[] {
  return texts.map((text, index) => ({
    part: `${part}/${index}`,
    text,
    gives: 'recipients',
    seesItself: true,
  }));
}

/** Every text in a value, with its path. */
export function textsIn(value: JsonValue, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, `${path}/${key}`));
}
