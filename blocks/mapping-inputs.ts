import type { InputBlock } from '@slack/types';
import { type JsonObject, type JsonValue, isJsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import type { Mapping } from '../src/domain/mapping.ts';
import { keepHint, textInput } from './authoring/form-inputs.ts';
import { blockNamed } from './block-named.ts';
import { type FormState, readText } from './form-reader.ts';
import { fieldLabel } from './inputs-summary.ts';
import { limits } from './limits.ts';

/** Of the hundred blocks that a view may have. */
const maxInputs = 40;

/** The block of one input, whatever else the workflow asks for by then. */
function inputBlock(name: string): string {
  return blockNamed('mapping_input', name);
}

/**
 * A text for each input of a workflow, of which a mapping makes what the task gets.
 *
 * @param given null for a new one, which begins with the defaults of the inputs
 * @param asksFor false where a mapping may give none of them
 */
export function mappingInputs(schema: JsonSchema, given: Mapping | null, asksFor = true): InputBlock[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return inputsOf(schema).map(({ name, schema: property }) => {
    const { description, default: usual } = property;
    const value = given === null ? usual : Object.hasOwn(given, name) ? given[name] : undefined;
    const isTooLong = printTyped(value).length > limits.inputLength;
    const hints = [
      ...(typeof description === 'string' && description !== '' ? [description] : []),
      ...(isStructured(property) ? ['As JSON.'] : []),
      ...(isTooLong ? [keepHint] : []),
    ];
    return textInput({
      blockId: inputBlock(name),
      label: fieldLabel(name, property),
      ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
      optional: !asksFor || isTooLong || !required.includes(name),
      // An input of one line would take the line breaks away.
      multiline: shownOf(value).includes('\n'),
      initial: shownOf(value),
    });
  });
}

/**
 * @param inputsSchema as it is now: of an input that the form did not have, what the task got stays
 * @param before what the task got until now: what the form does not show of it stays
 */
export function readMappingInputs(state: FormState, inputsSchema: JsonSchema, before: Mapping): JsonObject {
  const filled = new Map(Object.entries(before));
  for (const { name, schema } of inputsOf(inputsSchema)) {
    const block = inputBlock(name);
    if (!Object.hasOwn(state, block)) continue;
    const text = readText(state, block);
    if (text === shownOf(filled.get(name)).trim()) continue;
    if (text === '') filled.delete(name);
    else filled.set(name, readTyped(text, schema));
  }
  return Object.fromEntries(filled);
}

/**
 * The input that an error is about, and where inside its value it is.
 *
 * @param path of the error, below the mapping
 */
export function placeInMapping(path: string): { block: string; below: string } {
  const [name = '', ...rest] = path.split('/');
  const plain = name.replaceAll('~1', '/').replaceAll('~0', '~');
  return { block: inputBlock(plain), below: rest.join('/') };
}

function inputsOf(schema: JsonSchema): { name: string; schema: JsonObject }[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties)
    .slice(0, maxInputs)
    .map(([name, property]) => ({ name, schema: isJsonObject(property) ? property : {} }));
}

/** What the input of a value begins with: '' where the value is too long for it. */
function shownOf(value: JsonValue | undefined): string {
  const text = printTyped(value);
  return text.length > limits.inputLength ? '' : text;
}

function printTyped(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isStructured({ type }: JsonObject): boolean {
  return type === 'object' || type === 'array';
}

/** A list or an object is typed as JSON; what is none stays a text, which the schema refuses. */
function readTyped(text: string, schema: JsonObject): JsonValue {
  if (!isStructured(schema)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
