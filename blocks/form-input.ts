import type { InputBlock, PlainTextInput, PlainTextOption } from '@slack/types';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import { input, option } from './elements.ts';
import type { Choice, FormField, RawInput } from './form-field.ts';
import { emptyInput } from './form-field.ts';
import { limits } from './limits.ts';

/** The action id of the element in each input block. */
export const valueActionId = 'value';

/** A text that is longer than this does not fit on one line. */
const longLineLength = 80;

const yesNoOptions = [option('Yes', 'true'), option('No', 'false')];
const tickOptions = [option('Yes', 'true')];

/** The input block of a field, filled in with what it starts with. */
export function inputBlock(field: FormField, initial: RawInput): InputBlock {
  const { blockId, label, hint, required } = field;
  return input({ blockId, label, hint, optional: !required, element: elementFor(field, initial) });
}

/**
 * What a field is filled in with at first: the value given for it (nested, or under its path with dots, as
 * text or as it will be stored), else the schema's default.
 */
export function initialInput(field: FormField, values: JsonObject): RawInput {
  const given = valueAt(values, field.path) ?? ownValue(values, field.path.join('.')) ?? field.defaultValue;
  return given === undefined || given === null ? emptyInput : toRawInput(field, given);
}

function elementFor(field: FormField, initial: RawInput): InputBlock['element'] {
  const { control } = field;
  switch (control.kind) {
    case 'text':
      return textInput(
        initial.text,
        control.multiline || initial.text.includes('\n') || initial.text.length > longLineLength,
        field.schema['maxLength'],
      );
    case 'number':
    case 'list':
    case 'choice-text':
    case 'any':
      return textInput(initial.text, false, undefined);
    case 'choices-text':
    case 'json':
      return textInput(initial.text, true, undefined);
    case 'date':
      return {
        type: 'datepicker',
        action_id: valueActionId,
        ...(isDate(initial.text) ? { initial_date: initial.text } : {}),
      };
    case 'yes-no':
      return {
        type: 'radio_buttons',
        action_id: valueActionId,
        options: yesNoOptions,
        ...chosenOne(yesNoOptions, initial),
      };
    case 'tick':
      return {
        type: 'checkboxes',
        action_id: valueActionId,
        options: tickOptions,
        ...chosenMany(tickOptions, initial),
      };
    case 'choice': {
      const options = toOptions(control.choices);
      return { type: 'static_select', action_id: valueActionId, options, ...chosenOne(options, initial) };
    }
    case 'choices': {
      const options = toOptions(control.choices);
      const type = options.length <= limits.groupOptions ? 'checkboxes' : 'multi_static_select';
      return { type, action_id: valueActionId, options, ...chosenMany(options, initial) };
    }
  }
}

function textInput(initial: string, multiline: boolean, maxLength: JsonValue | undefined): PlainTextInput {
  const longest =
    typeof maxLength === 'number' && maxLength >= 1 && maxLength <= limits.inputLength ? maxLength : null;
  const fits = initial !== '' && initial.length <= (longest ?? limits.inputLength);
  return {
    type: 'plain_text_input',
    action_id: valueActionId,
    multiline,
    ...(longest === null ? {} : { max_length: longest }),
    ...(fits ? { initial_value: initial } : {}),
  };
}

function toOptions(choices: readonly Choice[]): PlainTextOption[] {
  return choices.map(({ label, optionValue }) => option(label, optionValue));
}

function chosenOne(options: PlainTextOption[], { selected }: RawInput): { initial_option?: PlainTextOption } {
  const chosen = options.find(({ value }) => value === selected[0]);
  return chosen === undefined ? {} : { initial_option: chosen };
}

function chosenMany(
  options: PlainTextOption[],
  { selected }: RawInput,
): { initial_options?: PlainTextOption[] } {
  const chosen = options.filter(({ value }) => value !== undefined && selected.includes(value));
  return chosen.length === 0 ? {} : { initial_options: chosen };
}

function toRawInput({ control }: FormField, value: JsonValue): RawInput {
  switch (control.kind) {
    case 'yes-no':
      return { text: '', selected: [isYes(value) ? 'true' : 'false'] };
    case 'tick':
      return { text: '', selected: isYes(value) ? ['true'] : [] };
    case 'choice':
      return { text: '', selected: findChoices(control.choices, [value]) };
    case 'choices':
      return { text: '', selected: findChoices(control.choices, toList(value)) };
    case 'list':
    case 'choices-text':
      return { text: listText(value), selected: [] };
    case 'json':
      return { text: typeof value === 'string' ? value : JSON.stringify(value, null, 2), selected: [] };
    case 'text':
    case 'number':
    case 'date':
    case 'choice-text':
    case 'any':
      return { text: typeof value === 'object' ? JSON.stringify(value) : String(value), selected: [] };
  }
}

function findChoices(choices: readonly Choice[], values: readonly JsonValue[]): string[] {
  return values.flatMap((value) => {
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
    const found =
      choices.find((choice) => JSON.stringify(choice.value) === JSON.stringify(value)) ??
      choices.find((choice) =>
        [choice.optionValue, choice.label].some((known) => known.toLowerCase() === text),
      );
    return found === undefined ? [] : [found.optionValue];
  });
}

function listText(value: JsonValue): string {
  const items = toList(value);
  const simple = items.every((item) => typeof item !== 'object' && !/[,\n\r]/.test(String(item)));
  return simple ? items.map(String).join(', ') : JSON.stringify(items);
}

function toList(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : [value];
}

function isYes(value: JsonValue): boolean {
  return value === true || (typeof value === 'string' && /^(true|yes|y|1)$/i.test(value.trim()));
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function valueAt(values: JsonObject, path: readonly string[]): JsonValue | undefined {
  let node: JsonValue | undefined = values;
  for (const part of path) node = isJsonObject(node) ? ownValue(node, part) : undefined;
  return path.length === 0 && Object.keys(values).length === 0 ? undefined : node;
}

function ownValue(values: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
