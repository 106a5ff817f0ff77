import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';

/** A value of the context whose lists and objects print as people would write them. */
export type Printable = string | number | boolean | null | Printable[] | { [key: string]: Printable };

/** As long as a rendered text may be: what is longer is never seen whole. */
export const maxRenderedLength = 40_000;
const maxListItems = 200;

/** A copy whose lists and objects print as `a, b` and as JSON, and whose texts are no longer than a rendered one. */
export function printable(value: JsonValue): Printable {
  if (typeof value === 'string')
    return value.length > maxRenderedLength ? value.slice(0, maxRenderedLength) : value;
  if (Array.isArray(value)) {
    const items = value.slice(0, maxListItems).map(printable);
    return withText(items, () => items.map(String).join(', '));
  }
  if (!isJsonObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)]));
  return withText(copy, () => JSON.stringify(value satisfies JsonObject));
}

/** The same list or object with one other value; it prints as before. */
export function withValue(
  values: Exclude<Printable, string | number | boolean | null>,
  key: string,
  value: Printable,
): Printable {
  const copy = (Array.isArray(values) ? [...values] : { ...values }) as Record<string, Printable>;
  copy[key] = value;
  const text = Object.getOwnPropertyDescriptor(values, 'toString');
  return text === undefined ? copy : Object.defineProperty(copy, 'toString', text);
}

/** The text is made once, when it is asked for. */
function withText<T extends object>(target: T, makeText: () => string): T {
  let text: string | undefined;
  const toString = (): string => (text ??= makeText().slice(0, maxRenderedLength));
  Object.defineProperty(target, 'toString', { value: toString, enumerable: false });
  return target;
}
