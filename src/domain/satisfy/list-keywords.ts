import type { JsonObject, JsonValue } from '../json.ts';
import type { Keyword } from './keyword.ts';
import { atOnce, withFacts } from './schema-facts.ts';
import { type SchemaLiteral, beside } from './schema-literal.ts';

/** What a schema says of lists. */
export function listKeywords(schema: JsonObject, literal: SchemaLiteral): Keyword[] {
  const { minItems, maxItems, items, additionalItems, contains, uniqueItems } = schema;
  const keywords: Keyword[] = [];
  if (typeof minItems === 'number') {
    keywords.push({
      kept: [withFacts({ kind: 'items', min: minItems, max: Infinity })],
      broken: [withFacts({ kind: 'items', min: 0, max: minItems - 1 })],
    });
  }
  if (typeof maxItems === 'number') {
    keywords.push({
      kept: [withFacts({ kind: 'items', min: 0, max: maxItems })],
      broken: [withFacts({ kind: 'items', min: maxItems + 1, max: Infinity })],
    });
  }
  if (Array.isArray(items)) {
    keywords.push(...items.map((item, index) => itemAt(index, item, literal)));
    if (additionalItems !== undefined) keywords.push(itemsFrom(items.length, additionalItems, literal));
  } else if (items !== undefined) keywords.push(itemsFrom(0, items, literal));
  if (contains !== undefined) {
    keywords.push({
      kept: [withFacts({ kind: 'some', from: 0, literal: beside(literal, contains) })],
      broken: [withFacts({ kind: 'each', from: 0, literal: beside(literal, contains, false) })],
    });
  }
  if (uniqueItems === true) {
    keywords.push({
      kept: [withFacts({ kind: 'unique', holds: true })],
      broken: [withFacts({ kind: 'unique', holds: false })],
    });
  }
  return keywords;
}

function itemAt(index: number, schema: JsonValue, literal: SchemaLiteral): Keyword {
  if (schema === true) return { kept: [atOnce], broken: [] };
  return {
    kept: [withFacts({ kind: 'at', index, literal: beside(literal, schema) })],
    broken: [
      withFacts(
        { kind: 'items', min: index + 1, max: Infinity },
        { kind: 'at', index, literal: beside(literal, schema, false) },
      ),
    ],
  };
}

function itemsFrom(from: number, schema: JsonValue, literal: SchemaLiteral): Keyword {
  return {
    kept: [withFacts({ kind: 'each', from, literal: beside(literal, schema) })],
    broken: [withFacts({ kind: 'some', from, literal: beside(literal, schema, false) })],
  };
}
