import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { resolveRef } from './schema-ref.ts';

export interface SchemaParts {
  /** What holds of every value. */
  must: JsonObject[];
  /** What holds of some: alternatives, and what is negated. */
  may: JsonObject[];
}

/** More than people write; a schema that refers to itself ends here. */
const maxParts = 200;

/** A schema taken apart: itself and what it combines, references followed within `root`. */
export function partsOf(root: JsonObject, schema: JsonValue): SchemaParts {
  const parts: SchemaParts = { must: [], may: [] };
  const seen = new Set<JsonObject>();
  collect(schema, true);
  return parts;

  function collect(node: JsonValue | undefined, isCertain: boolean): void {
    if (!isJsonObject(node) || seen.has(node) || seen.size >= maxParts) return;
    seen.add(node);
    (isCertain ? parts.must : parts.may).push(node);
    const { $ref: ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = node;
    if (typeof ref === 'string') {
      const target = resolveRef(root, ref);
      if (isJsonObject(target)) collect(target, isCertain);
    }
    for (const part of Array.isArray(allOf) ? allOf : []) collect(part, isCertain);
    for (const options of [anyOf, oneOf]) {
      for (const part of Array.isArray(options) ? options : []) collect(part, false);
    }
    for (const part of [not, condition, then, otherwise]) collect(part, false);
  }
}
