import { z } from 'zod';
import { ValidationError } from '../errors.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { assertTemplate, prepareTemplate } from './template-syntax.ts';
import { type Printable, printable, withValue } from './template-values.ts';

/**
 * Makes inputs out of what came from outside: an object whose texts are templates, by input. A text that is
 * nothing but one value, `{{body.amount}}`, gives the value itself: a number stays a number, a list a list.
 */
export type Mapping = JsonObject;

/** As it comes in; whether its templates are right is for `assertMapping` to say, which knows what they may read. */
export const Mapping = z.record(
  z.string(),
  z.custom<JsonValue>((value) => value !== undefined, 'is required'),
  {
    error: 'must be an object: the names of inputs, and a template for each',
  },
);

const maxDepth = 8;

/** @param roots what its templates may read, such as `body` @throws ValidationError with the first place that is wrong */
export function assertMapping(mapping: JsonValue, path: string, roots: readonly string[], depth = 0): void {
  if (depth > maxDepth) {
    const message = `is nested more than ${maxDepth} levels deep`;
    throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
  }
  if (typeof mapping === 'string') assertTemplate(mapping, path, roots);
  if (typeof mapping !== 'object' || mapping === null) return;
  for (const [key, item] of Object.entries(mapping)) assertMapping(item, `${path}/${key}`, roots, depth + 1);
}

/**
 * What the mapping makes of the values. A value that is missing leaves its field out where it stands alone, and
 * is an empty text where it stands within one: whether the inputs are whole is for their schema to say.
 *
 * @param values by root, the same roots that the mapping was checked with
 */
export function renderMapping(mapping: Mapping, values: JsonObject): JsonObject {
  const rendered = renderValue(mapping, { values, shown: printable(values), roots: Object.keys(values) });
  return isJsonObject(rendered) ? rendered : {};
}

/** One text, as in a mapping. */
export function renderOver(text: string, values: JsonObject): string {
  return renderText(text, { values, shown: printable(values), roots: Object.keys(values) });
}

interface Over {
  values: JsonObject;
  shown: Printable;
  roots: readonly string[];
}

/** @returns undefined for a value that is not there */
function renderValue(value: JsonValue, over: Over): JsonValue | undefined {
  if (typeof value === 'string') {
    if (!value.includes('{{')) return value;
    const { onlyPath } = prepareTemplate(value, over.roots);
    return onlyPath === null ? renderText(value, over) : find(over.values, onlyPath.split('.'));
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const rendered = renderValue(item, over);
      return rendered === undefined ? [] : [rendered];
    });
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const rendered = renderValue(item, over);
    return rendered === undefined ? [] : [[key, rendered] as const];
  });
  return Object.fromEntries(entries);
}

function renderText(text: string, { shown, roots }: Over): string {
  if (!text.includes('{{')) return text;
  const { render, paths } = prepareTemplate(text, roots);
  return render(paths.reduce((values, path) => filled(values, path.split('.')), shown));
}

function find(value: JsonValue, parts: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const part of parts) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as JsonObject)[part];
  }
  return at ?? undefined;
}

/** The values with an empty text where the path leads to nothing. */
function filled(values: Printable, [part, ...rest]: readonly string[]): Printable {
  if (part === undefined) return values ?? '';
  const parent = typeof values === 'object' && values !== null ? values : {};
  const known = Object.hasOwn(parent, part) ? (parent as Record<string, Printable>)[part] : undefined;
  const next = filled(known ?? (rest.length === 0 ? '' : {}), rest);
  return next === known ? parent : withValue(parent, part, next);
}
