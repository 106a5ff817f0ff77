import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { type JsonSchema, matchesSchema } from './json-schema.ts';
import { combineFields } from './sample-fields.ts';
import { numbersFor, textsFor } from './sample-points.ts';
import { partsOf } from './schema-parts.ts';

/** A value that is known to make sense at a place, such as an email for somebody who is asked. */
export type Hint = (path: readonly string[]) => string | undefined;

export interface SampleRequest {
  /** What every value must fit. */
  schema: JsonSchema;
  /** Schemas that shall be met by some of the values, and missed by others: conditions. */
  conditions: readonly JsonSchema[];
  hint?: Hint;
  /** Default 200. */
  maxValues?: number;
}

const defaultMaxValues = 200;
const maxDepth = 8;
/** How many values of one item or field are tried together with all the others. */
const maxPerPlace = 24;

/**
 * Values that fit a schema and are as different as its own bounds and the conditions make them: each enum and
 * boolean value, numbers at and beside each bound, texts that are named and one that is not, lists that are
 * empty and not, objects with and without what is optional. Always the same ones.
 */
export function sampleValues({
  schema,
  conditions,
  hint = () => undefined,
  maxValues = defaultMaxValues,
}: SampleRequest): JsonValue[] {
  const root = { schema, hint };
  const tried = candidates(root, [schema, ...conditions], [], 0);
  return distinct(tried)
    .filter((value) => matchesSchema(schema, value))
    .slice(0, maxValues);
}

interface Root {
  schema: JsonSchema;
  hint: Hint;
}

/** What may be tried at a place; `schemas`: the first is the one that must hold, the others are wished for. */
function candidates(
  root: Root,
  schemas: readonly JsonValue[],
  path: readonly string[],
  depth: number,
): JsonValue[] {
  const [own = {}, ...wishes] = schemas;
  const { must, may } = partsOf(root.schema, own);
  const wished = [...may, ...wishes.flatMap((wish) => everyPart(wish))];
  const listed = listedIn(must);
  if (listed !== null) return listed;
  const all = [...must, ...wished];
  const named = all.flatMap((part) => listedIn([part]) ?? []);
  const types = typesOf(must, wished);
  const made = types.flatMap((type): JsonValue[] => {
    switch (type) {
      case 'boolean':
        return [true, false];
      case 'null':
        return [null];
      case 'integer':
      case 'number':
        return numbersFor(must, wished, type === 'integer', named);
      case 'string':
        return textsFor(must, wished, root.hint(path), named);
      case 'array':
        return depth >= maxDepth ? [[]] : listsFor(root, must, wished, path, depth);
      default:
        return depth >= maxDepth ? [{}] : objectsFor(root, must, wished, path, depth);
    }
  });
  const defaults = all.flatMap((part) => (part['default'] === undefined ? [] : [part['default']]));
  return distinct([...defaults, ...made, ...named]);
}

function everyPart(schema: JsonValue): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  const { must, may } = partsOf(schema, schema);
  return [...must, ...may];
}

/** The values that `enum` or `const` leave; null when there is neither. */
function listedIn(parts: readonly JsonObject[]): JsonValue[] | null {
  for (const part of parts) {
    if (part['const'] !== undefined) return [part['const']];
    if (Array.isArray(part['enum'])) return part['enum'];
  }
  return null;
}

function typesOf(must: readonly JsonObject[], wished: readonly JsonObject[]): string[] {
  for (const parts of [must, wished]) {
    const stated = parts.flatMap(({ type }) => (Array.isArray(type) ? type : [type ?? null]));
    const types = [...new Set(stated.filter((type) => typeof type === 'string'))];
    const nullable = must.some((part) => part['nullable'] === true) ? ['null'] : [];
    if (types.length > 0) return [...new Set([...types, ...nullable])];
    const guessed = guessType(parts);
    if (guessed !== null) return [guessed];
  }
  return ['string'];
}

function guessType(parts: readonly JsonObject[]): string | null {
  const has = (...keys: string[]): boolean =>
    parts.some((part) => keys.some((key) => part[key] !== undefined));
  if (has('properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties'))
    return 'object';
  if (has('items', 'contains', 'minItems', 'maxItems')) return 'array';
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number';
  const sample = parts.flatMap((part) => listedIn([part]) ?? [])[0];
  if (sample === undefined || sample === null) return null;
  if (Array.isArray(sample)) return 'array';
  return typeof sample;
}

function objectsFor(
  root: Root,
  must: readonly JsonObject[],
  wished: readonly JsonObject[],
  path: readonly string[],
  depth: number,
): JsonValue[] {
  const names = new Set([...must, ...wished].flatMap(fieldNames));
  const required = new Set(must.flatMap((part) => requiredOf(part)));
  const choices = new Map<string, (JsonValue | undefined)[]>();
  for (const name of names) {
    const own = fieldSchema(must, name);
    if (own === false) continue;
    const wishes = wished.flatMap((part) => fieldIn(part, name) ?? []);
    const values = candidates(root, [own, ...wishes], [...path, name], depth + 1).slice(0, maxPerPlace);
    choices.set(name, required.has(name) ? values : [...values, undefined]);
  }
  return combineFields(choices);
}

/** What must hold of a field: everything that is said of it; false when it may not be there. */
function fieldSchema(must: readonly JsonObject[], name: string): JsonValue {
  const said = must.flatMap((part) => fieldIn(part, name) ?? []);
  if (said.length === 1) return said[0] ?? {};
  if (said.length > 1) return { allOf: said };
  const others = must.map((part) => part['additionalProperties']);
  if (others.includes(false)) return false;
  return others.find(isJsonObject) ?? {};
}

function fieldIn({ properties }: JsonObject, name: string): JsonValue | undefined {
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function fieldNames(part: JsonObject): string[] {
  const { properties } = part;
  return [...(isJsonObject(properties) ? Object.keys(properties) : []), ...requiredOf(part)];
}

function requiredOf({ required }: JsonObject): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function listsFor(
  root: Root,
  must: readonly JsonObject[],
  wished: readonly JsonObject[],
  path: readonly string[],
  depth: number,
): JsonValue[] {
  const ofItems = (parts: readonly JsonObject[]): JsonValue[] =>
    parts.flatMap(({ items, contains }) => [items, contains].filter((schema) => isJsonObject(schema)));
  const [own = {}, ...rest] = ofItems(must);
  const items = candidates(root, [own, ...rest, ...ofItems(wished)], [...path, '0'], depth + 1).slice(
    0,
    maxPerPlace,
  );
  const lengths = [...must, ...wished].flatMap(({ minItems, maxItems }) =>
    [minItems, maxItems].filter((length) => typeof length === 'number' && length <= 20),
  ) as number[];
  const [first = 'item'] = items;
  const repeated = lengths
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length > 0);
  return [
    [],
    ...items.map((item) => [item]),
    items,
    ...repeated.map((length) => Array.from({ length }, (_none, index) => items[index] ?? first)),
  ];
}

function distinct(values: readonly JsonValue[]): JsonValue[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byText.values()];
}
