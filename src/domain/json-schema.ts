import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import * as ajvFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { type FieldError, ValidationError, errorMessage } from '../errors.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';

/** A JSON Schema, draft-07, without remote references. */
export type JsonSchema = JsonObject;

const maxSchemaLength = 64 * 1024;
const maxSchemaDepth = 24;
const maxCachedSchemas = 500;

/** Patterns run on RE2, in time linear in the text, so that no pattern can block the process. */
const linearRegExp = Object.assign(
  (pattern: string, _flags: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  { code: 'linearRegExp' },
);

const options: Options = {
  allErrors: true,
  ownProperties: true,
  strict: false,
  logger: false,
  code: { regExp: linearRegExp },
};

const cache = new Map<string, ValidateFunction>();

/**
 * Promises that the schema is draft-07, at most 64 KiB and 24 levels, has no remote reference and
 * only patterns that run in linear time.
 *
 * @throws ValidationError that names what is wrong, under `path`
 */
export function assertJsonSchema(schema: unknown, path: string): asserts schema is JsonSchema {
  if (!isJsonObject(schema)) refuse(path, 'must be a JSON Schema object');
  if (JSON.stringify(schema).length > maxSchemaLength)
    refuse(path, `must be at most ${maxSchemaLength} characters`);
  assertShape(schema, path, 0);
  try {
    compile(schema);
  } catch (error) {
    refuse(path, `is not a valid JSON Schema (draft-07): ${errorMessage(error)}`);
  }
  const endless = [null, {}]
    .flatMap((probe) => findSchemaErrors(schema, probe))
    .find(({ message }) => message.endsWith('without end'));
  if (endless !== undefined) refuse(path, 'refers to itself without end');
}

/** Checks a value; returns each place that is wrong, with a path below `basePath`, or an empty list. */
export function findSchemaErrors(schema: JsonSchema, value: JsonValue, basePath = ''): FieldError[] {
  const validate = compile(schema);
  try {
    if (validate(value)) return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path: trim(basePath), message: 'cannot be checked: the schema refers to itself without end' }];
  }
  return (validate.errors ?? []).map((error) => describeError(error, basePath));
}

export function matchesSchema(schema: JsonSchema, value: JsonValue): boolean {
  return findSchemaErrors(schema, value).length === 0;
}

function compile(schema: JsonSchema): ValidateFunction {
  const key = JSON.stringify(schema);
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const ajv = new Ajv(options);
  ajvFormats.default.default(ajv);
  const validate = ajv.compile(schema);
  if (cache.size >= maxCachedSchemas) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, validate);
  return validate;
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
    assertShape(value, `${path}/${key}`, depth + 1);
  }
}

function describeError(error: ErrorObject, basePath: string): FieldError {
  const at = `${basePath}${error.instancePath}`;
  switch (error.keyword) {
    case 'required':
      return { path: join(at, String(error.params.missingProperty)), message: 'is required' };
    case 'additionalProperties':
      return { path: join(at, String(error.params.additionalProperty)), message: 'is not a known field' };
    case 'enum':
      return {
        path: trim(at),
        message: `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`,
      };
    default:
      return { path: trim(at), message: error.message ?? 'is not valid' };
  }
}

function join(at: string, property: string): string {
  return trim(`${at}/${property}`);
}

function trim(path: string): string {
  return path.replace(/^\//, '');
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}
