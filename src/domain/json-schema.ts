import { type FieldError, ValidationError, errorMessage } from '../errors.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { SchemaTooCostly } from './schema-budget.ts';
import { checkAgainstSchema } from './schema-check.ts';
import { metaSchema } from './schema-format.ts';
import { compilePattern } from './schema-pattern.ts';
import { resolveRef } from './schema-ref.ts';

/** A JSON Schema, draft-07, without remote references. */
export type JsonSchema = JsonObject;

const maxSchemaLength = 64 * 1024;
const maxSchemaDepth = 24;
/** Instructions of all patterns together: each takes time to be compiled, and to be run. */
const maxPatternSize = 10_000;

/**
 * Promises that the schema is draft-07, at most 64 KiB and 24 levels, has no remote reference and
 * only patterns that run in linear time. Takes a few milliseconds at the most.
 *
 * @throws ValidationError that names what is wrong, under `path`
 */
export function assertJsonSchema(schema: unknown, path: string): asserts schema is JsonSchema {
  if (!isJsonObject(schema)) refuse(path, 'must be a JSON Schema object');
  if (JSON.stringify(schema).length > maxSchemaLength)
    refuse(path, `must be at most ${maxSchemaLength} characters`);
  assertShape(schema, path, 0);
  const problem = findMetaSchemaError(schema);
  if (problem !== null) refuse(path, `is not a valid JSON Schema (draft-07): ${problem}`);
  assertPatterns(schema, path);
  assertRefs(schema, schema, path);
  const endless = [null, {}]
    .flatMap((probe) => findSchemaErrors(schema, probe))
    .find(({ message }) => message.endsWith('without end'));
  if (endless !== undefined) refuse(path, 'refers to itself without end');
}

/** Checks a value; returns each place that is wrong (at most 100), with a path below `basePath`, or an empty list. */
export function findSchemaErrors(schema: JsonSchema, value: JsonValue, basePath = ''): FieldError[] {
  try {
    return checkAgainstSchema(schema, value).map(({ path, message }) => ({
      path: trim(`${basePath}${path}`),
      message,
    }));
  } catch (error) {
    if (!(error instanceof SchemaTooCostly)) throw error;
    return [{ path: trim(basePath), message: `cannot be checked: ${error.message}` }];
  }
}

export function matchesSchema(schema: JsonSchema, value: JsonValue): boolean {
  return findSchemaErrors(schema, value).length === 0;
}

function assertShape(node: unknown, path: string, depth: number): void {
  if (depth > maxSchemaDepth) refuse(path, `is nested more than ${maxSchemaDepth} levels deep`);
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) assertShape(item, `${path}/${index}`, depth + 1);
    return;
  }
  if (!isJsonObject(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref' && typeof value === 'string' && !value.startsWith('#')) {
      refuse(`${path}/${key}`, 'must point into the same schema ("#/…"): remote references are not fetched');
    }
    if (key === '$schema' && typeof value === 'string' && !value.includes('draft-07')) {
      refuse(`${path}/${key}`, 'must be draft-07 (http://json-schema.org/draft-07/schema#) or left out');
    }
    if (key === '$id' && typeof value === 'string' && depth > 0 && !value.startsWith('#')) {
      refuse(`${path}/${key}`, 'must be a name ("#name") here: a schema within a schema has no address');
    }
    assertShape(value, `${path}/${key}`, depth + 1);
  }
}

/** Why a schema is not draft-07, by its meta-schema; null when it is. */
function findMetaSchemaError({ $schema: _draft, ...schema }: JsonSchema): string | null {
  const errors = findSchemaErrors(metaSchema(), schema, 'schema');
  if (errors.length === 0) return null;
  const [first] = errors;
  return `${first?.path} ${first?.message}`;
}

function assertPatterns(schema: JsonSchema, path: string): void {
  let size = 0;
  for (const source of patternsOf(schema)) {
    try {
      size += compilePattern(source).size;
    } catch (error) {
      refuse(path, `has the pattern "${source.slice(0, 100)}", which is none: ${errorMessage(error)}`);
    }
    if (size > maxPatternSize) refuse(path, 'has patterns that are too large');
  }
}

function patternsOf(node: JsonValue): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { pattern, patternProperties } = node as JsonObject;
  const own = typeof pattern === 'string' ? [pattern] : [];
  const ofNames = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [...own, ...ofNames, ...Object.values(node).flatMap(patternsOf)];
}

function assertRefs(root: JsonSchema, node: JsonValue, path: string): void {
  if (typeof node !== 'object' || node === null) return;
  const { $ref: ref } = node as JsonObject;
  if (typeof ref === 'string' && resolveRef(root, ref) === null) {
    refuse(`${path}/$ref`, `points to "${ref.slice(0, 100)}", and there is no schema`);
  }
  for (const [key, item] of Object.entries(node)) assertRefs(root, item, `${path}/${key}`);
}

function trim(path: string): string {
  return path.replace(/^\//, '');
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}
