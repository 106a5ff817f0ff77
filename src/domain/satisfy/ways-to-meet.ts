import { type JsonObject, type JsonValue, isJsonObject } from '../json.ts';
import { resolveRef } from '../schema-ref.ts';
import type { Keyword } from './keyword.ts';
import { listKeywords } from './list-keywords.ts';
import { numberKeywords } from './number-keywords.ts';
import { objectKeywords } from './object-keywords.ts';
import { type SearchedType, type Way, atOnce, withFacts, withLiterals } from './schema-facts.ts';
import { type SchemaLiteral, beside } from './schema-literal.ts';
import { textKeywords } from './text-keywords.ts';

/**
 * The ways in which a value of the type can meet the literal; none when it cannot. To fit a schema is to keep to
 * each of its keywords; not to fit it, to break one of them.
 *
 * @returns a list of choices, one way of each of which has to be gone
 */
export function waysToMeet(literal: SchemaLiteral, type: SearchedType): (readonly Way[])[] {
  const { schema, holds } = literal;
  if (!isJsonObject(schema)) return (schema !== false) === holds ? [] : [[]];
  const keywords = keywordsOf(schema, literal, type);
  return holds ? keywords.map(({ kept }) => kept) : [keywords.flatMap(({ broken }) => broken)];
}

function keywordsOf(schema: JsonObject, literal: SchemaLiteral, type: SearchedType): Keyword[] {
  const ofType = typeKeyword(schema['type'], type);
  // Of a value of another type the remaining keywords say nothing that changes anything.
  if (ofType.kept.length === 0) return [ofType];
  return [
    ofType,
    ...valueKeywords(schema),
    ...combiningKeywords(schema, literal),
    ...ownKeywords(schema, literal, type),
  ];
}

function ownKeywords(schema: JsonObject, literal: SchemaLiteral, type: SearchedType): Keyword[] {
  switch (type) {
    case 'string':
      return textKeywords(schema);
    case 'number':
      return numberKeywords(schema);
    case 'array':
      return listKeywords(schema, literal);
    case 'object':
      return objectKeywords(schema, literal);
  }
}

function typeKeyword(wanted: JsonValue | undefined, type: SearchedType): Keyword {
  if (wanted === undefined) return { kept: [atOnce], broken: [] };
  const types = Array.isArray(wanted) ? wanted : [wanted];
  if (types.includes(type)) return { kept: [atOnce], broken: [] };
  if (type !== 'number' || !types.includes('integer')) return { kept: [], broken: [atOnce] };
  return {
    kept: [withFacts({ kind: 'multiple', of: 1, holds: true })],
    broken: [withFacts({ kind: 'multiple', of: 1, holds: false })],
  };
}

function valueKeywords(schema: JsonObject): Keyword[] {
  const lists = [
    ...(Array.isArray(schema['enum']) ? [schema['enum']] : []),
    ...('const' in schema ? [[schema['const'] ?? null]] : []),
  ];
  return lists.map((values) => ({
    kept: [withFacts({ kind: 'among', values })],
    broken: [withFacts({ kind: 'not-among', values })],
  }));
}

function combiningKeywords(schema: JsonObject, literal: SchemaLiteral): Keyword[] {
  const { allOf, anyOf, oneOf, not, if: condition, $ref: ref } = schema;
  const yes = (one: JsonValue): SchemaLiteral => beside(literal, one);
  const no = (one: JsonValue): SchemaLiteral => beside(literal, one, false);
  const keywords: Keyword[] = [];
  if (typeof ref === 'string') {
    const target = resolveRef(literal.root, ref);
    keywords.push(
      target === null
        ? { kept: [], broken: [atOnce] }
        : { kept: [withLiterals(yes(target))], broken: [withLiterals(no(target))] },
    );
  }
  if (Array.isArray(allOf))
    keywords.push({
      kept: [withLiterals(...allOf.map(yes))],
      broken: allOf.map((one) => withLiterals(no(one))),
    });
  if (Array.isArray(anyOf))
    keywords.push({
      kept: anyOf.map((one) => withLiterals(yes(one))),
      broken: [withLiterals(...anyOf.map(no))],
    });
  if (Array.isArray(oneOf)) keywords.push(exactlyOne(oneOf, yes, no));
  if (not !== undefined) keywords.push({ kept: [withLiterals(no(not))], broken: [withLiterals(yes(not))] });
  if (condition !== undefined) {
    const { then = true, else: otherwise = true } = schema;
    keywords.push({
      kept: [withLiterals(yes(condition), yes(then)), withLiterals(no(condition), yes(otherwise))],
      broken: [withLiterals(yes(condition), no(then)), withLiterals(no(condition), no(otherwise))],
    });
  }
  return keywords;
}

type Literally = (schema: JsonValue) => SchemaLiteral;

function exactlyOne(options: readonly JsonValue[], yes: Literally, no: Literally): Keyword {
  const only = options.map((_, index) =>
    withLiterals(...options.map((one, at) => (at === index ? yes(one) : no(one)))),
  );
  const pairs = options.flatMap((one, index) =>
    options.slice(index + 1).map((other) => withLiterals(yes(one), yes(other))),
  );
  return { kept: only, broken: [withLiterals(...options.map(no)), ...pairs] };
}
