import canonicalize from 'canonicalize';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';

const maxEdits = 50;
const maxValueLength = 2_000;

/** The fields that started with something and were sent as something else. Long values are cut, for the log. */
export function findEdits(prefilled: JsonObject, output: JsonValue): JsonObject[] {
  if (!isJsonObject(output)) return [];
  return Object.entries(prefilled)
    .filter(([field, before]) => !isSameJson(output[field] ?? null, before))
    .slice(0, maxEdits)
    .map(([field, before]) => ({ field, before: cut(before), after: cut(output[field] ?? null) }));
}

/** True for the same value, in whatever order its keys stand. */
export function isSameJson(left: JsonValue, right: JsonValue): boolean {
  return canonicalize(left) === canonicalize(right);
}

function cut(value: JsonValue): JsonValue {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= maxValueLength) return value;
  return `${text.slice(0, maxValueLength - 1).toWellFormed()}…`;
}
