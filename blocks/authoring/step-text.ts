import type { Step } from '../../src/domain/definition.ts';

/** Where a step keeps its text among its inputs, and what a form calls it. */
export interface TextField {
  field: 'message' | 'prompt' | 'task';
  label: string;
  hint: string;
}

const fieldsByType: Readonly<Record<string, TextField>> = {
  HUMAN: {
    field: 'message',
    label: 'What is to be decided?',
    hint: 'The first line is the title of the question.',
  },
  USER_MESSAGE: { field: 'message', label: 'Message', hint: 'What the person is asked to do or told.' },
  PROMPT: { field: 'prompt', label: 'Prompt', hint: 'What the model is asked.' },
  AGENT: { field: 'task', label: 'Task', hint: 'What the agent is to do.' },
};

/** Null for a step that has no text. */
export function textFieldOf({ type }: Pick<Step, 'type'>): TextField | null {
  return fieldsByType[type] ?? null;
}

/** What the step says, as it is written; '' when it says nothing. */
export function stepText(step: Step): string {
  const field = textFieldOf(step)?.field;
  const inputs: Readonly<Record<string, unknown>> = step.inputsTemplate ?? {};
  const text = field === undefined ? '' : inputs[field];
  return typeof text === 'string' ? text : '';
}
