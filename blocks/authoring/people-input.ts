import type { InputBlock } from '@slack/types';
import type { Definition } from '../../src/domain/definition.ts';
import { canonicalRecipient, parseRecipient } from '../../src/domain/recipient.ts';
import { assigneesHint, waysToName } from '../add-step-hints.ts';
import { input } from '../elements.ts';
import { clip } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { listInputVariables } from '../template-variables.ts';
import { choiceInput, textInput } from './form-inputs.ts';
import { findTemplateProblem } from './template-problem.ts';

type Known = Pick<Definition, 'inputsSchema' | 'steps'>;

export interface PeopleInputOptions {
  /** Begins the ids of the blocks. */
  prefix: string;
  label: string;
  definition: Known;
  people: readonly string[];
  hasPickers: boolean;
  /** What stands below the text. Default: how to name people, and who it is when nobody is named. */
  hint?: string;
}

const maxPeople = 50;

/** Ids of the blocks, for errors. */
export function peopleBlocks(prefix: string): { picked: string; typed: string; fromInput: string } {
  return { picked: `${prefix}_picked`, typed: `${prefix}_typed`, fromInput: `${prefix}_from_input` };
}

/**
 * Asks for people in up to three ways that are used together: a menu of people, a text for groups, channels
 * and addresses, and the input that says who it is.
 */
export function peopleInputs(options: PeopleInputOptions): InputBlock[] {
  const { prefix, label, definition, people, hasPickers } = options;
  const blocks = peopleBlocks(prefix);
  const variables = listInputVariables(definition);
  const fromInput = people.find((entry) => variables.includes(inputOf(entry) ?? ''));
  const rest = people.filter((entry) => entry !== fromInput);
  const picked = hasPickers ? rest.filter(isUserId) : [];
  const typed = rest.filter((entry) => !picked.includes(entry)).join(', ');
  return [
    ...(hasPickers ? [usersInput(blocks.picked, label, picked.map(canonicalRecipient))] : []),
    textInput({
      blockId: blocks.typed,
      label: hasPickers ? 'Groups, channels or addresses' : label,
      hint: options.hint ?? assigneesHint(definition),
      optional: true,
      initial: typed,
    }),
    ...(variables.length === 0
      ? []
      : [
          choiceInput({
            blockId: blocks.fromInput,
            label: 'The person that is named by an input',
            optional: true,
            choices: [
              ['none', 'No input'],
              ...variables.map((path) => [`{{${path}}}`, path.replace('inputs.', '')] as const),
            ].filter(([value]) => (value ?? '').length <= 75) as [string, string][],
            initial: fromInput === undefined ? 'none' : `{{${inputOf(fromInput) ?? ''}}}`,
          }),
        ]),
  ];
}

/** The people that were named, each once. What is wrong is put at the text. */
export function readPeople(
  { prefix, definition }: { prefix: string; definition: Known },
  state: FormState,
  errors: FormErrors,
): string[] {
  const blocks = peopleBlocks(prefix);
  const typed = splitPeople(readText(state, blocks.typed));
  const chosen = readInput(state, blocks.fromInput).selected[0];
  const people = [
    ...(state[blocks.picked]?.[valueActionId]?.selected_users ?? []),
    ...typed,
    ...(chosen === undefined || chosen === 'none' ? [] : [chosen]),
  ];
  for (const entry of typed) {
    const problem = findPersonProblem(entry, definition);
    if (problem !== null) errors[blocks.typed] ??= problem;
  }
  if (people.length > maxPeople) errors[blocks.typed] ??= `At most ${maxPeople} can be named.`;
  return [...new Set(people)];
}

/** Entries are separated by commas and line breaks; a template with blocks is one entry. */
export function splitPeople(text: string): string[] {
  if (text.includes('{{#')) return [text.trim()];
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Why an entry names nobody; null when it names somebody, or may. */
export function findPersonProblem(entry: string, definition: Known): string | null {
  if (entry.includes('{{')) return findTemplateProblem(entry, definition);
  return parseRecipient(entry) === null
    ? `“${clip(entry, 80)}” names nobody: use ${waysToName(definition)}.`
    : null;
}

function usersInput(blockId: string, label: string, users: readonly string[]): InputBlock {
  return input({
    blockId,
    label,
    optional: true,
    element: {
      type: 'multi_users_select',
      action_id: valueActionId,
      ...(users.length === 0 ? {} : { initial_users: [...users] }),
    },
  });
}

function isUserId(entry: string): boolean {
  return parseRecipient(entry)?.kind === 'user';
}

/** `inputs.approver` of `{{ inputs.approver }}`; null for anything else. */
function inputOf(entry: string): string | null {
  return /^\{\{\s*([\w.]+)\s*\}\}$/.exec(entry)?.[1] ?? null;
}
