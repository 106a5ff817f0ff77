import type { InputBlock, PlainTextOption } from '@slack/types';
import { input, option } from '../elements.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';

export interface TextInputOptions {
  blockId: string;
  label: string;
  hint?: string;
  /** Default: as much as Slack takes. */
  max?: number;
  multiline?: boolean;
  optional?: boolean;
  initial?: string;
}

export interface ChoiceInputOptions<Value extends string> {
  blockId: string;
  label: string;
  /** Value and label of each. */
  choices: readonly (readonly [Value, string])[];
  hint?: string;
  optional?: boolean;
  initial?: Value | undefined;
}

const yesNo = [
  ['yes', 'Yes'],
  ['no', 'No'],
] as const;

/** A text to type. What is longer than Slack takes is not filled in. */
export function textInput(options: TextInputOptions): InputBlock {
  const { blockId, label, hint, multiline = false, optional = false, initial = '' } = options;
  const max = options.max ?? limits.inputLength;
  return input({
    blockId,
    label,
    hint: hint ?? null,
    optional,
    element: {
      type: 'plain_text_input',
      action_id: valueActionId,
      multiline,
      max_length: max,
      ...(initial === '' || initial.length > max ? {} : { initial_value: initial }),
    },
  });
}

/** What stands below an input that is not filled in because of its length. */
export const keepHint = 'It is longer than can be shown here: leave this empty to keep it.';

/** What was typed; nothing keeps what was too long to be filled in. */
export function readOrKeep(
  state: FormState,
  blockId: string,
  before: string,
  max: number = limits.inputLength,
): string {
  const typed = readText(state, blockId);
  return typed === '' && before.length > max ? before : typed;
}

/** One choice of several, which begins with `initial`. */
export function choiceInput<Value extends string>(options: ChoiceInputOptions<Value>): InputBlock {
  const { blockId, label, choices, hint, optional = false, initial } = options;
  const shown = choices.slice(0, limits.selectOptions).map(([value, text]) => option(text, value));
  return input({
    blockId,
    label,
    hint: hint ?? null,
    optional,
    element: {
      type: 'static_select',
      action_id: valueActionId,
      options: shown,
      ...initialOption(shown, initial),
    },
  });
}

/** Yes or no, which begins with `initial`. */
export function yesNoInput(options: {
  blockId: string;
  label: string;
  hint?: string;
  initial: boolean;
}): InputBlock {
  const { initial, ...rest } = options;
  return choiceInput({ ...rest, choices: yesNo, initial: initial ? 'yes' : 'no' });
}

/** What was chosen; `fallback` where nothing was, or what is not one of `known`. */
export function readChoice<Value extends string>(
  state: FormState,
  blockId: string,
  known: readonly Value[],
  fallback: Value,
): Value {
  const chosen = readInput(state, blockId).selected[0];
  return known.find((value) => value === chosen) ?? fallback;
}

export function readYesNo(state: FormState, blockId: string, fallback: boolean): boolean {
  return readChoice(state, blockId, ['yes', 'no'], fallback ? 'yes' : 'no') === 'yes';
}

function initialOption(
  options: PlainTextOption[],
  value: string | undefined,
): { initial_option?: PlainTextOption } {
  const found = options.find((candidate) => candidate.value === value);
  return found === undefined ? {} : { initial_option: found };
}
