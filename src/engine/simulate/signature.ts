import { type JsonValue, isJsonObject } from '../../domain/json.ts';

/** A list or object with more is told apart by its first ones only. */
const maxItems = 20;
const maxDepth = 4;

/** What can be told of the value at a path: the value itself, or only what kind of value it is. */
export function signatureAt(root: JsonValue, path: readonly string[], what: 'value' | 'kind'): JsonValue {
  let value: JsonValue | undefined = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return 'missing';
    value = (value as Record<string, JsonValue>)[part];
  }
  if (value === undefined) return 'missing';
  return what === 'value' ? value : kindOf(value, 0);
}

/** As much as a template can see without printing it: what is there, and whether it counts as true. */
function kindOf(value: JsonValue, depth: number): JsonValue {
  if (value === null) return 'null';
  if (typeof value !== 'object')
    return `${typeof value}${value === '' || value === 0 || value === false ? '-' : '+'}`;
  if (depth >= maxDepth) return 'deep';
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => kindOf(item, depth + 1));
  if (!isJsonObject(value)) return 'other';
  const entries = Object.entries(value).slice(0, maxItems);
  return Object.fromEntries(entries.map(([key, item]) => [key, kindOf(item, depth + 1)]));
}
