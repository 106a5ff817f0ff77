import type { JsonObject, JsonValue } from '../src/domain/json.ts';
import { type Choice, emptyInput, type FormField, type RawInput } from './form-field.ts';
import { valueActionId } from './form-input.ts';

/** What Slack sends for one input; other properties are of no interest. */
export interface InputState {
  value?: string | null | undefined;
  selected_option?: { value?: string | undefined } | null | undefined;
  selected_options?: { value?: string | undefined }[] | null | undefined;
  selected_date?: string | null | undefined;
  selected_users?: string[] | null | undefined;
  selected_conversation?: string | null | undefined;
  files?: { id?: string | undefined }[] | null | undefined;
}

/** `view.state.values` of a submitted form: by block id, then by action id. */
export type FormState = Record<string, Record<string, InputState>>;

/** How many choices are named to somebody who typed another one. */
const maxChoicesSaid = 12;

export type Parsed = { ok: true; value: JsonValue } | { ok: false; message: string };

/** What was typed or chosen in the block. */
export function readInput(state: FormState, blockId: string): RawInput {
  const input = Object.hasOwn(state, blockId) ? state[blockId]?.[valueActionId] : undefined;
  if (input === undefined) return emptyInput;
  const one = input.selected_option?.value;
  const many = (input.selected_options ?? []).flatMap(({ value }) => (value === undefined ? [] : [value]));
  return {
    text: (input.value ?? input.selected_date ?? '').trim(),
    selected: one === undefined ? many : [one],
  };
}

/** What a text input of the form holds, trimmed; '' when it is empty or missing. */
export function readText(state: FormState, blockId: string): string {
  return readInput(state, blockId).text;
}

/** The value that an input which is not empty stands for, or why it stands for none. */
export function parseInput({ control }: FormField, { text, selected }: RawInput): Parsed {
  switch (control.kind) {
    case 'text':
    case 'date':
      return accept(text);
    case 'number':
      return parseNumber(text, control.integer);
    case 'yes-no':
    case 'tick':
      return accept(selected[0] === 'true');
    case 'choice':
      return parseChoices(control.choices, selected, true);
    case 'choices':
      return parseChoices(control.choices, selected, false);
    case 'choice-text':
      return parseTypedChoices(control.choices, [text], true);
    case 'choices-text':
      return parseTypedChoices(control.choices, splitList(text), false);
    case 'list':
      return parseList(text, control.item);
    case 'any':
      return parseAny(text);
    case 'json':
      return parseJson(text);
  }
}

/** The value that a typed text stands for, whatever the input of the form would be. */
export function parseTyped(field: FormField, text: string): Parsed {
  const { control } = field;
  switch (control.kind) {
    case 'date':
      return parseDate(text);
    case 'yes-no':
    case 'tick':
      return parseYesNo(text);
    case 'choice':
      return parseTypedChoices(control.choices, [text], true);
    case 'choices':
      return parseTypedChoices(control.choices, splitList(text), false);
    case 'text':
    case 'number':
    case 'choice-text':
    case 'choices-text':
    case 'list':
    case 'any':
    case 'json':
      return parseInput(field, { text, selected: [] });
  }
}

function parseYesNo(text: string): Parsed {
  if (/^(true|yes|y|on|1)$/i.test(text)) return accept(true);
  if (/^(false|no|n|off|0)$/i.test(text)) return accept(false);
  return refuse('Must be yes or no.');
}

/** Only what can be read in one way: `2026-03-01`, also without the noughts. */
function parseDate(text: string): Parsed {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined)
    return refuse('Must be a date, such as 2026-03-01.');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
  return exists ? accept(date) : refuse('There is no such day in the calendar.');
}

/** Plain decimal notation only: what could be read in two ways is refused with the way to write it. */
function parseNumber(text: string, integer: boolean): Parsed {
  const written = text.trim().replace(/^\+/, '').replace(/^[−–]/, '-');
  if (/^-?\d+(\.\d+)?$/.test(written)) {
    const value = Number(written);
    const digits = written.replace(/^-?0*|\./g, '').length;
    if (digits > 15 && !Number.isSafeInteger(value))
      return refuse('Has more digits than can be kept exactly.');
    return accept(value);
  }
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(written))
    return refuse(`Write it without commas: ${written.replaceAll(',', '')}.`);
  if (/^-?\d+,\d+$/.test(written))
    return refuse(`Write decimals with a point: ${written.replace(',', '.')}.`);
  return refuse(integer ? 'Must be a whole number, such as 42.' : 'Must be a number, such as 42 or 12.5.');
}

function parseChoices(choices: readonly Choice[], selected: readonly string[], single: boolean): Parsed {
  const values: JsonValue[] = [];
  for (const optionValue of selected) {
    const choice = choices.find((candidate) => candidate.optionValue === optionValue);
    if (choice === undefined) return refuse('Is no longer one of the choices. Open the form again.');
    values.push(choice.value);
  }
  return accept(single ? (values[0] ?? null) : values);
}

function parseTypedChoices(choices: readonly Choice[], texts: readonly string[], single: boolean): Parsed {
  const values: JsonValue[] = [];
  for (const text of texts) {
    const lower = text.toLowerCase();
    const choice =
      choices.find(({ label, optionValue }) => label === text || optionValue === text) ??
      choices.find((known) => [known.label, known.optionValue].some((word) => word.toLowerCase() === lower));
    if (choice === undefined) return refuse(`“${text}” is not one of the choices${listChoices(choices)}.`);
    values.push(choice.value);
  }
  return accept(single ? (values[0] ?? null) : values);
}

/** ": low, medium or high", where there are few enough to say. */
function listChoices(choices: readonly Choice[]): string {
  const labels = choices.map(({ label }) => label);
  if (labels.length === 0 || labels.length > maxChoicesSaid) return '';
  return `: ${labels.length === 1 ? '' : `${labels.slice(0, -1).join(', ')} or `}${labels.at(-1) ?? ''}`;
}

function parseList(text: string, item: 'string' | 'number' | 'integer'): Parsed {
  const whole = text.startsWith('[') ? parseJson(text) : null;
  if (whole?.ok === true && Array.isArray(whole.value)) return whole;
  const values: JsonValue[] = [];
  for (const part of splitList(text)) {
    const parsed = item === 'string' ? accept(part) : parseNumber(part, item === 'integer');
    if (!parsed.ok) return refuse(`“${part}”: ${parsed.message}`);
    values.push(parsed.value);
  }
  return accept(values);
}

function splitList(text: string): string[] {
  return text
    .split(/[,\n\r]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseAny(text: string): Parsed {
  const parsed = parseJson(text);
  return parsed.ok ? parsed : accept(text);
}

/** Phones turn straight quotes into curly ones; a text that is only JSON with straight ones is taken. */
function parseJson(text: string): Parsed {
  for (const candidate of [text, text.replace(/[“”]/g, '"')]) {
    try {
      return accept(JSON.parse(candidate) as JsonValue);
    } catch {
      // Tried in the other spelling, then refused.
    }
  }
  return refuse('Is not valid JSON. Names and texts stand in double quotes, for example { "name": "Ana" }.');
}

function accept(value: JsonValue): Parsed {
  return { ok: true, value };
}

function refuse(message: string): Parsed {
  return { ok: false, message };
}

/** An object of the entries that have a value. */
export function toObject(entries: readonly (readonly [string, JsonValue | undefined])[]): JsonObject {
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [string, JsonValue] => entry[1] !== undefined),
  );
}
