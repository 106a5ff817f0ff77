import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';

/** How a field is compared, with the words of the form. */
export const operators = [
  ['is', 'is'],
  ['is_not', 'is not'],
  ['one_of', 'is one of'],
  ['none_of', 'is none of'],
  ['at_least', 'is at least'],
  ['at_most', 'is at most'],
  ['more_than', 'is more than'],
  ['less_than', 'is less than'],
  ['contains', 'contains the text'],
  ['includes', 'is a list with'],
  ['filled', 'is filled in'],
  ['empty', 'is empty'],
] as const;
export type Operator = (typeof operators)[number][0];

/** `field`: names joined by dots. `values`: one, except with *is (n)one of*; none with *is filled in* and *is empty*. */
export interface ConditionRow {
  field: string;
  operator: Operator;
  values: JsonValue[];
}

export interface ConditionRows {
  /** Must all rows be true, or is one enough? */
  match: 'all' | 'any';
  rows: ConditionRow[];
}

/** Operators that compare with nothing. */
export function comparesNothing(operator: Operator): boolean {
  return operator === 'filled' || operator === 'empty';
}

/** The JSON Schema that an output satisfies when the rows are true of it. At least one row. */
export function compileRows({ match, rows }: ConditionRows): JsonSchema {
  const compiled = rows.map(compileRow);
  const [only] = compiled;
  if (only !== undefined && compiled.length === 1) return only;
  return match === 'all' ? { allOf: compiled } : { anyOf: compiled };
}

/**
 * The rows that a condition was compiled from, or that say the same as it.
 *
 * @returns null for what rows cannot say
 */
export function readRows(when: JsonObject, outputSchema: JsonSchema | undefined): ConditionRows | null {
  for (const [key, match] of [
    ['allOf', 'all'],
    ['anyOf', 'any'],
  ] as const) {
    const parts = when[key];
    if (!Array.isArray(parts) || Object.keys(when).length > 1 || parts.length < 2) continue;
    const rows = parts.map((part) => (isJsonObject(part) ? readRow(part) : null));
    return rows.every((row) => row !== null) ? { match, rows } : null;
  }
  const row = readRow(when);
  if (row !== null) return { match: 'all', rows: [row] };
  return readByHand(when, outputSchema);
}

function compileRow({ field, operator, values }: ConditionRow): JsonSchema {
  const path = field.split('.');
  const [value = null] = values;
  switch (operator) {
    case 'is':
      return at(path, { const: value });
    case 'is_not':
      return { not: at(path, { const: value }) };
    case 'one_of':
      return at(path, { enum: values });
    case 'none_of':
      return { not: at(path, { enum: values }) };
    case 'at_least':
      return at(path, { type: 'number', minimum: value });
    case 'at_most':
      return at(path, { type: 'number', maximum: value });
    case 'more_than':
      return at(path, { type: 'number', exclusiveMinimum: value });
    case 'less_than':
      return at(path, { type: 'number', exclusiveMaximum: value });
    case 'contains':
      return at(path, {
        type: 'string',
        pattern: escapePattern(typeof value === 'string' ? value : JSON.stringify(value)),
      });
    case 'includes':
      return at(path, { type: 'array', contains: { const: value } });
    case 'filled':
      return at(path, isFilled());
    case 'empty':
      return { not: at(path, isFilled()) };
  }
}

function readRow(schema: JsonObject): ConditionRow | null {
  const negated = onlyKey(schema, 'not');
  const place = locate(isJsonObject(negated) ? negated : schema);
  if (place === null) return null;
  const found = readLeaf(place.leaf);
  if (found === null) return null;
  const operator = isJsonObject(negated) ? opposite(found.operator) : found.operator;
  if (operator === null) return null;
  const row: ConditionRow = { field: place.path.join('.'), operator, values: found.values };
  return isSame(compileRow(row), schema) ? row : null;
}

function opposite(operator: Operator): Operator | null {
  switch (operator) {
    case 'is':
      return 'is_not';
    case 'one_of':
      return 'none_of';
    case 'filled':
      return 'empty';
    default:
      return null;
  }
}

function readLeaf(leaf: JsonObject): { operator: Operator; values: JsonValue[] } | null {
  if (isSame(leaf, isFilled())) return { operator: 'filled', values: [] };
  const bounds = {
    minimum: 'at_least',
    maximum: 'at_most',
    exclusiveMinimum: 'more_than',
    exclusiveMaximum: 'less_than',
  } as const;
  for (const [keyword, operator] of Object.entries(bounds)) {
    const value = leaf[keyword];
    if (typeof value === 'number') return { operator, values: [value] };
  }
  if (leaf['const'] !== undefined) return { operator: 'is', values: [leaf['const']] };
  if (Array.isArray(leaf['enum'])) return { operator: 'one_of', values: leaf['enum'] };
  if (typeof leaf['pattern'] === 'string') {
    return { operator: 'contains', values: [leaf['pattern'].replace(/\\(.)/gs, '$1')] };
  }
  const contained = leaf['contains'];
  return isJsonObject(contained) && contained['const'] !== undefined
    ? { operator: 'includes', values: [contained['const']] }
    : null;
}

/** `{ properties: { risk: { const: "high" } } }`, as people write it, where the output always has the field. */
function readByHand(when: JsonObject, outputSchema: JsonSchema | undefined): ConditionRows | null {
  const { properties, required = [], type, ...others } = when;
  if (Object.keys(others).length > 0 || !isJsonObject(properties)) return null;
  if (type !== undefined && type !== 'object') return null;
  const always = outputSchema?.['type'] === 'object' ? outputSchema['required'] : [];
  const present = [required, always].flatMap((names) => (Array.isArray(names) ? names : []));
  const names = Object.keys(properties);
  if (names.length === 0 || names.some((name) => !present.includes(name))) return null;
  if (!Array.isArray(required) || required.some((name) => typeof name !== 'string' || !names.includes(name)))
    return null;
  const rows = names.map((name) => {
    const leaf = properties[name];
    const known = isJsonObject(leaf) ? readLeaf(leaf) : null;
    if (known === null || !isJsonObject(leaf)) return null;
    const row: ConditionRow = { field: name, ...known };
    const bare = locate(compileRow(row))?.leaf ?? {};
    const { type: _type, ...untyped } = bare;
    const isNumber = typeof known.values[0] === 'number' && fieldType(outputSchema, name) === 'number';
    return isSame(bare, leaf) || (isNumber && isSame(untyped, leaf)) ? row : null;
  });
  return rows.every((row) => row !== null) ? { match: 'all', rows } : null;
}

function fieldType(schema: JsonSchema | undefined, name: string): 'number' | null {
  const properties = schema?.['properties'];
  const property = isJsonObject(properties) ? properties[name] : undefined;
  const type = isJsonObject(property) ? property['type'] : undefined;
  return type === 'number' || type === 'integer' ? 'number' : null;
}

function at(path: readonly string[], leaf: JsonObject): JsonSchema {
  const [first, ...rest] = path;
  if (first === undefined) return leaf;
  return { type: 'object', properties: { [first]: at(rest, leaf) }, required: [first] };
}

/** The deepest place that a chain of single, required properties leads to. */
function locate(schema: JsonObject): { path: string[]; leaf: JsonObject } | null {
  const path: string[] = [];
  let node: JsonObject = schema;
  for (;;) {
    const properties = node['properties'];
    if (!isJsonObject(properties)) break;
    const [entry, ...more] = Object.entries(properties);
    if (entry === undefined || more.length > 0 || !isJsonObject(entry[1])) return null;
    path.push(entry[0]);
    node = entry[1];
  }
  return path.length === 0 ? null : { path, leaf: node };
}

function isFilled(): JsonObject {
  return { not: { enum: [null, ''] } };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function onlyKey(schema: JsonObject, key: string): JsonValue | undefined {
  return Object.keys(schema).length === 1 ? schema[key] : undefined;
}

/** The same JSON, whatever the order of its keys. */
function isSame(left: JsonValue, right: JsonValue): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
