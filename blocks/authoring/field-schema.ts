import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';

/** What a field holds, in the words of the form. `json`: what the form cannot say in another way. */
export const fieldKinds = [
  ['text', 'Text, one line'],
  ['long_text', 'Text, several lines'],
  ['number', 'Number'],
  ['integer', 'Whole number'],
  ['yes_no', 'Yes or no'],
  ['date', 'Date'],
  ['email', 'Email address'],
  ['url', 'Web address'],
  ['choice', 'One of several choices'],
  ['choices', 'Several of several choices'],
  ['list', 'List of texts'],
  ['json', 'Something else, as a JSON Schema'],
] as const;
export type FieldKind = (typeof fieldKinds)[number][0];

/** One field as the form shows it. */
export interface FieldDraft {
  /** The name in templates. */
  key: string;
  /** '' when it follows from the key. */
  label: string;
  kind: FieldKind;
  required: boolean;
  description: string;
  choices: string[];
  /** The field's own schema where the form cannot say it in another way. */
  schema: JsonSchema | null;
}

/** A text that may be longer than this is asked for on several lines (`form-control.ts`). */
const longTextLength = 2_000;
const kindsByFormat = new Map<string, FieldKind>([
  ['date', 'date'],
  ['email', 'email'],
  ['uri', 'url'],
  ['url', 'url'],
]);

/** The names of an object's fields, in order. */
export function fieldKeys(schema: JsonSchema): string[] {
  return isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
}

/** True when the schema is an object whose fields can be asked for one by one. */
export function hasFields(schema: JsonSchema): boolean {
  const isObject = schema['type'] === undefined || schema['type'] === 'object';
  return isObject && (schema['properties'] === undefined || isJsonObject(schema['properties']));
}

/** @returns null when there is no such field */
export function readField(schema: JsonSchema, key: string): FieldDraft | null {
  const properties = schema['properties'];
  if (!isJsonObject(properties) || !Object.hasOwn(properties, key)) return null;
  const property = properties[key];
  const own = isJsonObject(property) ? property : {};
  const kind = kindOf(own);
  const isRequired = Array.isArray(schema['required']) && schema['required'].includes(key);
  return {
    key,
    label: textOf(own['title']),
    kind,
    required: isRequired,
    description: textOf(own['description']),
    choices: choiceTexts(own, kind),
    schema: kind === 'json' ? own : null,
  };
}

/** The schema with the field at `position` (0 is first), in place of the one called `before`. What the form does not ask about stays. */
export function putField(
  schema: JsonSchema,
  field: FieldDraft,
  before: string | null,
  position: number,
): JsonSchema {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const old = before === null ? undefined : properties[before];
  const entries = Object.entries(properties).filter(([key]) => key !== before && key !== field.key);
  entries.splice(position, 0, [field.key, fieldSchema(field, isJsonObject(old) ? old : {})]);
  const required = requiredOf(schema).filter((key) => key !== before && key !== field.key);
  return withFields(
    schema,
    Object.fromEntries(entries),
    field.required ? [...required, field.key] : required,
  );
}

export function removeField(schema: JsonSchema, key: string): JsonSchema {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const entries = Object.entries(properties).filter(([name]) => name !== key);
  const required = requiredOf(schema).filter((name) => name !== key);
  return withFields(schema, Object.fromEntries(entries), required);
}

function withFields(schema: JsonSchema, properties: JsonObject, required: string[]): JsonSchema {
  const { required: _required, ...rest } = schema;
  const order = Object.keys(properties);
  const sorted = [...required].sort((left, right) => order.indexOf(left) - order.indexOf(right));
  return {
    ...rest,
    type: 'object',
    properties,
    ...(sorted.length === 0 ? {} : { required: sorted }),
  };
}

function fieldSchema(field: FieldDraft, before: JsonSchema): JsonSchema {
  if (field.kind === 'json') return field.schema ?? before;
  const kept = kindOf(before) === field.kind ? before : {};
  const { title: _title, description: _description, ...rest } = kept;
  return {
    ...(field.label === '' ? {} : { title: field.label }),
    ...(field.description === '' ? {} : { description: field.description }),
    ...rest,
    ...keywordsOf(field, rest),
  };
}

function keywordsOf({ kind, choices }: FieldDraft, before: JsonSchema): JsonSchema {
  switch (kind) {
    case 'text':
    case 'list':
      return kind === 'text' ? { type: 'string' } : { type: 'array', items: { type: 'string' } };
    case 'long_text':
      return { type: 'string', maxLength: before['maxLength'] ?? longTextLength };
    case 'number':
    case 'integer':
      return { type: kind };
    case 'yes_no':
      return { type: 'boolean' };
    case 'date':
    case 'email':
      return { type: 'string', format: kind };
    case 'url':
      return { type: 'string', format: 'uri' };
    case 'choice':
      return isSameChoices(before['enum'], choices) ? {} : { type: 'string', enum: choices };
    case 'choices': {
      const items = isJsonObject(before['items']) ? before['items'] : {};
      if (isSameChoices(items['enum'], choices)) return {};
      return { type: 'array', items: { type: 'string', enum: choices }, uniqueItems: true };
    }
    case 'json':
      return {};
  }
}

/** Choices that were not changed stay as they are: they may be numbers. */
function isSameChoices(before: JsonValue | undefined, choices: readonly string[]): boolean {
  return Array.isArray(before) && before.map(String).join('\n') === choices.join('\n');
}

function kindOf(schema: JsonSchema): FieldKind {
  const { type, format, items } = schema;
  if (isChoiceList(schema['enum'])) return 'choice';
  if (type === 'number' || type === 'integer') return type;
  if (type === 'boolean') return 'yes_no';
  if (type === 'array' && isJsonObject(items)) {
    if (isChoiceList(items['enum'])) return 'choices';
    return items['type'] === 'string' && Object.keys(items).length === 1 ? 'list' : 'json';
  }
  if (type !== 'string') return 'json';
  if (typeof format === 'string') return kindsByFormat.get(format) ?? 'json';
  const longest = schema['maxLength'];
  return typeof longest === 'number' && longest >= longTextLength ? 'long_text' : 'text';
}

function isChoiceList(value: JsonValue | undefined): value is JsonValue[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number');
}

function choiceTexts(schema: JsonSchema, kind: FieldKind): string[] {
  const items = isJsonObject(schema['items']) ? schema['items'] : {};
  const values = kind === 'choice' ? schema['enum'] : kind === 'choices' ? items['enum'] : [];
  return Array.isArray(values) ? values.map(String) : [];
}

function requiredOf(schema: JsonSchema): string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.filter((key): key is string => typeof key === 'string') : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
