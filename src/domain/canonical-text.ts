import canonicalize from 'canonicalize';
import type { JsonValue } from './json.ts';

/** The same text for values that say the same, whatever the order of their fields (RFC 8785). */
export function canonicalText(value: JsonValue): string {
  return canonicalize(value) ?? '';
}
