import type { Definition } from '../src/domain/definition.ts';
import { clip } from './escape.ts';
import { listInputVariables, listStepVariables } from './template-variables.ts';

type Known = Pick<Definition, 'inputsSchema' | 'steps'>;

const maxVariablesLength = 1_200;
const personWords = /approver|assignee|owner|manager|boss|reviewer|requester|person|user|member|email|slack/i;

/** What stands below the message of a new step: what to write, and the variables that this workflow has. */
export function messageHint(isDecision: boolean, definition: Known): string {
  const [first] = listInputVariables(definition).map(inBraces);
  const what = isDecision
    ? `The first line is the title, such as “Approve ${first ?? 'the refund'}?”.`
    : 'What the person is asked to do or told.';
  return hintWithVariables(what, definition);
}

/** A hint with the variables that a new step at the end of this workflow can use. */
export function hintWithVariables(what: string, definition: Known): string {
  const inputs = listInputVariables(definition).map(inBraces);
  const fromSteps = listStepVariables(definition).map(
    ({ title, paths }) => `from “${title}”: ${paths.map(inBraces).join(', ')}`,
  );
  const usable = [...(inputs.length === 0 ? [] : [inputs.join(', ')]), ...fromSteps];
  if (usable.length === 0) return what;
  return `${what} You can use ${clip(usable.join('; '), maxVariablesLength)}`;
}

/** What stands below the people of a new step: how to name them; with a variable only if there is one that names people. */
export function assigneesHint(definition: Known): string {
  const variable = listInputVariables(definition).find((path) => personWords.test(path));
  const ways = variable === undefined ? '@bo or ana@example.com' : `@bo, ana@example.com or {{${variable}}}`;
  return `${ways}; several are separated by commas. Empty: the person who starts the task.`;
}

/** How people can be named, for whoever named nobody. */
export function waysToName(definition: Known): string {
  const ways = '@name, an email address';
  const [variable] = listInputVariables(definition);
  return variable === undefined ? `${ways} or #channel` : `${ways}, #channel or an input in {{ }}`;
}

function inBraces(path: string): string {
  return `{{${path}}}`;
}
