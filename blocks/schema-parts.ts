import { deriveId } from '../src/domain/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import type { Choice } from './form-field.ts';
import { limits } from './limits.ts';

const maxReferences = 10;
const combinators = ['oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'] as const;

export type SchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | null;

/** Follows references inside the schema (`#/definitions/…`). What leads nowhere says nothing: `{}`. */
export function resolveSchema(schema: JsonValue | undefined, root: JsonSchema): JsonSchema {
  let found = schema;
  for (let count = 0; count < maxReferences; count += 1) {
    if (!isJsonObject(found)) return {};
    const reference = found['$ref'];
    if (typeof reference !== 'string') return found;
    found = followPointer(reference, root);
  }
  return {};
}

/** The one type that is asked for; null where the schema does not say, or says several. */
export function typeOf(schema: JsonSchema): { type: SchemaType; nullable: boolean } {
  const named = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  const types = named.filter((type): type is string => typeof type === 'string' && type !== 'null');
  const nullable = named.includes('null');
  if (types.length === 1) return { type: types[0] as SchemaType, nullable };
  if (types.length > 1) return { type: null, nullable };
  if (isJsonObject(schema['properties'])) return { type: 'object', nullable };
  return { type: schema['items'] === undefined ? null : 'array', nullable };
}

/** True when parts of the object are only described inside `oneOf`, `allOf` and the like. */
export function hidesProperties(schema: JsonSchema): boolean {
  const known = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const dependent = isJsonObject(schema['dependencies']) ? Object.values(schema['dependencies']) : [];
  return combinators.some((name) => mentionsOther(schema[name], known)) || mentionsOther(dependent, known);
}

/** The values that can be chosen, from `enum`, `const`, or alternatives that are all constants; null when free. */
export function choicesOf(schema: JsonSchema, root: JsonSchema): Choice[] | null {
  if (Array.isArray(schema['enum']))
    return toChoices(schema['enum'].map((value) => ({ value, title: null })));
  if (schema['const'] !== undefined) return toChoices([{ value: schema['const'], title: null }]);
  const alternatives = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(alternatives) || alternatives.length === 0) return null;
  const resolved = alternatives.map((alternative) => resolveSchema(alternative, root));
  if (resolved.some((alternative) => alternative['const'] === undefined)) return null;
  return toChoices(
    resolved.map((alternative) => ({
      value: alternative['const'] ?? null,
      title: typeof alternative['title'] === 'string' ? alternative['title'] : null,
    })),
  );
}

/** The value as the label of a choice. */
export function choiceLabel(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (value === '') return '(empty)';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toChoices(values: { value: JsonValue; title: string | null }[]): Choice[] {
  const taken = new Set<string>();
  return values.map(({ value, title }) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const fits = text.trim() !== '' && text.length <= limits.optionValue && !taken.has(text);
    const optionValue = fits ? text : deriveId('choice', JSON.stringify(value));
    taken.add(optionValue);
    return { value, optionValue, label: title ?? choiceLabel(value) };
  });
}

function followPointer(reference: string, root: JsonSchema): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let node: JsonValue | undefined = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodePart(part);
    if (Array.isArray(node)) node = node[Number(key)];
    else if (isJsonObject(node) && Object.hasOwn(node, key)) node = node[key];
    else return undefined;
  }
  return node;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}

function mentionsOther(node: JsonValue | undefined, known: JsonObject): boolean {
  if (Array.isArray(node)) return node.some((item) => mentionsOther(item, known));
  if (!isJsonObject(node)) return false;
  if (node['$ref'] !== undefined) return true;
  const properties = isJsonObject(node['properties']) ? Object.keys(node['properties']) : [];
  const required = Array.isArray(node['required']) ? node['required'] : [];
  if ([...properties, ...required].some((name) => typeof name === 'string' && !Object.hasOwn(known, name)))
    return true;
  return combinators.some((name) => mentionsOther(node[name], known));
}
