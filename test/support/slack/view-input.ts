import { isObject, type JsonObject, textOf, toList, toObject, toObjects, toText } from './json.ts';

/** What a person puts into one input: a text, a choice by value or label, or several choices. */
export type FieldInput = string | number | boolean | string[];

/** Inputs by `block_id`, `action_id` or label. Inputs that are not named keep their initial value. */
export type FieldInputs = Record<string, FieldInput>;

/** One input of a view or message as it is filled. */
export interface FilledInput {
  blockId: string;
  actionId: string;
  isRequired: boolean;
  element: JsonObject;
  /** As in `state.values`. */
  state: JsonObject;
}

/**
 * Fills the inputs of blocks. Throws when an input is named that is not there, or a choice that is not offered:
 * a person could not do it either.
 */
export function fillInputs(blocks: JsonObject[], inputs: FieldInputs): FilledInput[] {
  const unused = new Set(Object.keys(inputs));
  const filled: FilledInput[] = [];
  for (const block of blocks) {
    for (const element of statefulElements(block)) {
      const names = [toText(block.block_id), toText(element.action_id), textOf(block.label)];
      const name = names.find((candidate) => inputs[candidate] !== undefined);
      if (name !== undefined) unused.delete(name);
      filled.push({
        blockId: toText(block.block_id),
        actionId: toText(element.action_id),
        isRequired: block.type === 'input' && block.optional !== true,
        element,
        state: toState(element, name === undefined ? undefined : inputs[name]),
      });
    }
  }
  if (unused.size > 0) throw new Error(`no such input: ${[...unused].join(', ')}`);
  return filled;
}

/** `state.values` of filled inputs. */
export function toStateValues(filled: FilledInput[]): Record<string, JsonObject> {
  const values: Record<string, JsonObject> = {};
  for (const { blockId, actionId, state } of filled)
    values[blockId] = { ...values[blockId], [actionId]: state };
  return values;
}

const STATELESS = new Set(['button', 'overflow', 'image', 'mrkdwn', 'plain_text', 'workflow_button']);

function statefulElements(block: JsonObject): JsonObject[] {
  if (!['input', 'actions', 'section'].includes(toText(block.type))) return [];
  const elements = [block.element, block.accessory, ...toList(block.elements)].filter(isObject);
  return elements.filter((element) => !STATELESS.has(toText(element.type)));
}

/** The state of one element, as in `state.values` and in `actions`. */
export function toState(element: JsonObject, given: FieldInput | undefined): JsonObject {
  const type = toText(element.type);
  switch (type) {
    case 'file_input':
      return { type, files: toList(given).map((id) => ({ id })) };
    case 'overflow':
      return { type, selected_option: chosenOption(element, given) ?? null };
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: chosenOption(element, given) ?? element.initial_option ?? null };
    case 'external_select':
      return { type, selected_option: suggestedOption(given) ?? element.initial_option ?? null };
    case 'checkboxes':
    case 'multi_static_select':
      return { type, selected_options: chosenOptions(element, given) };
    case 'datepicker':
      return { type, selected_date: given ?? element.initial_date ?? null };
    case 'timepicker':
      return { type, selected_time: given ?? element.initial_time ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: given ?? element.initial_date_time ?? null };
    default:
      return toConversationState(element, given) ?? toTextState(element, given);
  }
}

/** Selects of people and conversations; nothing for other elements. */
function toConversationState(element: JsonObject, given: FieldInput | undefined): JsonObject | undefined {
  const type = toText(element.type);
  const noun = /^(multi_)?(user|conversation|channel)s_select$/.exec(type);
  if (noun === null) return undefined;
  const isMulti = noun[1] !== undefined;
  const what = `${noun[2]}${isMulti ? 's' : ''}`;
  return { type, [`selected_${what}`]: given ?? element[`initial_${what}`] ?? (isMulti ? [] : null) };
}

function toTextState(element: JsonObject, given: FieldInput | undefined): JsonObject {
  const text = given === undefined ? toText(element.initial_value) : String(given);
  return { type: toText(element.type), value: text === '' ? null : text };
}

function chosenOption(element: JsonObject, given: FieldInput | undefined): JsonObject | undefined {
  return given === undefined || given === '' ? undefined : findOption(element, String(given));
}

function suggestedOption(given: FieldInput | undefined): JsonObject | undefined {
  if (given === undefined) return undefined;
  return { text: { type: 'plain_text', text: String(given), emoji: true }, value: String(given) };
}

function chosenOptions(element: JsonObject, given: FieldInput | undefined): unknown[] {
  if (given === undefined) return toList(element.initial_options);
  if (given === true) return toObjects(element.options).slice(0, 1);
  if (given === false) return [];
  return (Array.isArray(given) ? given : [String(given)]).map((one) => findOption(element, one));
}

function findOption(element: JsonObject, wanted: string): JsonObject {
  const grouped = toObjects(element.option_groups).flatMap((group) => toObjects(group.options));
  const options = [...toObjects(element.options), ...grouped];
  const option =
    options.find(({ value }) => value === wanted) ?? options.find(({ text }) => textOf(text) === wanted);
  if (option !== undefined) return option;
  const offered = options.map(({ text }) => textOf(text)).join(', ');
  throw new Error(`${toText(element.action_id)} does not offer "${wanted}"; it offers: ${offered}`);
}

/** What Slack's client refuses before anything is sent: error texts by `block_id`. */
export function findClientErrors(filled: FilledInput[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const input of filled) {
    const error = findClientError(input);
    if (error !== undefined) errors[input.blockId] = error;
  }
  return errors;
}

function findClientError({ element, state, isRequired }: FilledInput): string | undefined {
  const { type: _type, ...rest } = toObject(state);
  const value = Object.values(rest)[0];
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return isRequired ? 'Please complete this required field.' : undefined;
  if (typeof value !== 'string') return undefined;
  return findTextError(element, value);
}

function findTextError(element: JsonObject, value: string): string | undefined {
  const minLength = Number(element.min_length ?? 0);
  const maxLength = Number(element.max_length ?? 3_000);
  if (element.type === 'number_input') return findNumberError(element, value);
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(value))
    return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !URL.canParse(value)) return 'Please enter a valid URL.';
  if (element.type !== 'plain_text_input') return undefined;
  if (value.length < minLength) return `Please enter at least ${minLength} characters.`;
  return value.length > maxLength ? `Please enter at most ${maxLength} characters.` : undefined;
}

function findNumberError(element: JsonObject, value: string): string | undefined {
  const number = Number(value);
  if (!Number.isFinite(number)) return 'Please enter a number.';
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Please enter a whole number.';
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number of at least ${toText(element.min_value)}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number of at most ${toText(element.max_value)}.`;
  return undefined;
}
