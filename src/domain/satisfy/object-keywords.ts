import { type JsonObject, type JsonValue, isJsonObject } from '../json.ts';
import type { Keyword } from './keyword.ts';
import { type Fact, type Way, atOnce, withFacts } from './schema-facts.ts';
import { type SchemaLiteral, beside } from './schema-literal.ts';

/** What a schema says of objects. */
export function objectKeywords(schema: JsonObject, literal: SchemaLiteral): Keyword[] {
  const { minProperties, maxProperties, required, properties, dependencies, propertyNames } = schema;
  const keywords: Keyword[] = [];
  if (typeof minProperties === 'number')
    keywords.push({ kept: [size(minProperties, Infinity)], broken: [size(0, minProperties - 1)] });
  if (typeof maxProperties === 'number')
    keywords.push({ kept: [size(0, maxProperties)], broken: [size(maxProperties + 1, Infinity)] });
  if (Array.isArray(required)) keywords.push(...namesIn(required).map(requiredField));
  if (isJsonObject(properties)) {
    for (const [name, field] of Object.entries(properties)) keywords.push(listedField(name, field, literal));
  }
  keywords.push(...otherFields(schema, literal));
  if (isJsonObject(dependencies)) {
    for (const [name, needed] of Object.entries(dependencies))
      keywords.push(dependency(name, needed, literal));
  }
  if (propertyNames !== undefined) {
    keywords.push({
      kept: [withFacts({ kind: 'names', literal: beside(literal, propertyNames) })],
      broken: [unclear('propertyNames')],
    });
  }
  return keywords;
}

function requiredField(name: string): Keyword {
  return { kept: [withFacts(has(name))], broken: [withFacts(has(name, false))] };
}

function listedField(name: string, schema: JsonValue, literal: SchemaLiteral): Keyword {
  if (schema === true) return { kept: [atOnce], broken: [] };
  return {
    kept: [withFacts({ kind: 'field', name, literal: beside(literal, schema) })],
    broken: [withFacts(has(name), { kind: 'field', name, literal: beside(literal, schema, false) })],
  };
}

function otherFields(schema: JsonObject, literal: SchemaLiteral): Keyword[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const listed = isJsonObject(properties) ? Object.keys(properties) : [];
  const like = isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
  const patterns = like.map(([pattern]) => pattern);
  const keywords: Keyword[] = like.map(([pattern, field]) => ({
    kept: [withFacts({ kind: 'fields-like', pattern, literal: beside(literal, field) })],
    broken: [unclear('patternProperties')],
  }));
  if (additionalProperties === undefined || additionalProperties === true) return keywords;
  const others = (quantity: 'each' | 'some'): Way =>
    withFacts({
      kind: 'others',
      quantity,
      listed,
      patterns,
      literal: beside(literal, additionalProperties, quantity === 'each'),
    });
  return [...keywords, { kept: [others('each')], broken: [others('some')] }];
}

function dependency(name: string, needed: JsonValue, literal: SchemaLiteral): Keyword {
  const absent = withFacts(has(name, false));
  if (Array.isArray(needed)) {
    const names = namesIn(needed);
    return {
      kept: [absent, withFacts(has(name), ...names.map((one) => has(one)))],
      broken: names.map((one) => withFacts(has(name), has(one, false))),
    };
  }
  const whole = (holds: boolean): Way => ({ literals: [beside(literal, needed, holds)], facts: [has(name)] });
  return { kept: [absent, whole(true)], broken: [whole(false)] };
}

function has(name: string, holds = true): Fact {
  return { kind: 'has', name, holds };
}

function size(min: number, max: number): Way {
  return withFacts({ kind: 'size', min, max });
}

function unclear(what: string): Way {
  return withFacts({ kind: 'unclear', what });
}

function namesIn(list: readonly JsonValue[]): string[] {
  return list.filter((name) => typeof name === 'string');
}
