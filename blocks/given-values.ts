import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import { findSchemaErrors, type JsonSchema } from '../src/domain/json-schema.ts';
import { parseRecipient } from '../src/domain/recipient.ts';
import { type FormErrors, placeErrors } from './form-errors.ts';
import { type FormField, type FormNode, listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { type Parsed, parseTyped, toObject } from './form-reader.ts';

/** What somebody typed as `key=value`, as the workflow's inputs understand it. */
export interface GivenInputs {
  /** Fit the schema when nothing is wrong or missing. */
  inputs: JsonObject;
  /** To fill the form in with: the values that were understood, and as text those that were not. */
  values: JsonObject;
  /** What is wrong with what was given, by block id of the form. */
  problems: FormErrors;
  /** Keys that name no input of this workflow. */
  unknown: string[];
  /** True when there is nothing left that has to be asked. */
  isComplete: boolean;
}

/**
 * Reads typed values by the schema: numbers, yes and no, choices in any case, dates, lists, and nested
 * inputs by their path with dots. A key is the input's name or path, or its label, in any case.
 */
export function readGivenValues(schema: JsonSchema, given: JsonObject): GivenInputs {
  const form = formFromSchema(schema);
  const fields = listFields(form);
  const texts = new Map<FormField, string>();
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    const field = findField(fields, key);
    const text = toText(value);
    if (field === undefined) unknown.push(key);
    else if (text !== '') texts.set(field, text);
  }
  const understood = new Map<FormField, JsonValue>();
  const values = new Map<string, JsonValue>();
  const problems = new Map<string, string>();
  for (const [field, text] of texts) {
    const parsed = parseGiven(field, text);
    values.set(field.path.join('.'), parsed.ok ? parsed.value : text);
    if (parsed.ok) understood.set(field, parsed.value);
    else problems.set(field.blockId, parsed.message);
  }
  const read = readNode(form, understood);
  const inputs = isJsonObject(read) ? read : {};
  const found = findSchemaErrors(schema, inputs);
  const ofGiven = [...texts.keys()].map(({ blockId }) => blockId);
  for (const [blockId, message] of Object.entries(placeErrors(form, found)))
    if (ofGiven.includes(blockId) && !problems.has(blockId)) problems.set(blockId, message);
  const isComplete = problems.size === 0 && found.length === 0 && unknown.length === 0;
  return {
    inputs,
    values: Object.fromEntries(values),
    problems: Object.fromEntries(problems),
    unknown,
    isComplete,
  };
}

/** The inputs that can be given, by what they are called in a command. */
export function inputKeys(schema: JsonSchema): string[] {
  return listFields(formFromSchema(schema)).flatMap(({ path }) =>
    path.length === 0 ? [] : [path.join('.')],
  );
}

function findField(fields: readonly FormField[], key: string): FormField | undefined {
  const plain = plainKey(key);
  return (
    fields.find(({ path }) => path.length > 0 && path.join('.') === key) ??
    fields.find(({ path }) => path.length > 0 && plainKey(path.join('.')) === plain) ??
    onlyOne(fields.filter(({ label }) => plainKey(label.replaceAll(' › ', '.')) === plain))
  );
}

/** Without what people get wrong: case, and what joins the words. */
function plainKey(key: string): string {
  return key.toLowerCase().replace(/[\s_-]+/g, '');
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** `<@U…|name>`, as Slack writes people and channels that are typed, is their id. */
function parseGiven(field: FormField, text: string): Parsed {
  const recipient = /^<[@#!].*>$/.test(text) ? parseRecipient(text) : null;
  if (recipient?.kind === 'user') return parseTyped(field, recipient.userId);
  if (recipient?.kind === 'channel') return parseTyped(field, recipient.channelId);
  return parseTyped(field, text);
}

function readNode(node: FormNode, understood: ReadonlyMap<FormField, JsonValue>): JsonValue | undefined {
  if (node.kind === 'field') return understood.get(node) ?? node.defaultValue ?? node.whenEmpty;
  const object = toObject(node.children.map((child) => [child.key, readNode(child, understood)]));
  const isGiven = listFields(node).some((field) => understood.has(field));
  return isGiven || node.required ? object : undefined;
}
