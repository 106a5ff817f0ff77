import type { JsonObject } from '../../../domain/json.ts';

/** `key=value` pairs as they would be typed, so that a button can carry them. `tokenize` reads them back. */
export function writeValues(values: JsonObject): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${quoteWord(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(' ');
}

/** A word or value as it would be typed. */
export function quoteWord(text: string): string {
  const escaped = text.replace(/[\\"“”„«»'‘’‚]/g, '\\$&');
  return `"${escaped}"`;
}
