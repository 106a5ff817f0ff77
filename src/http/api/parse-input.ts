import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { describeIssue, readUntrusted } from '../../domain/zod-issue.ts';
import { ValidationError } from '../../errors.ts';

/** Any JSON value; the body was found safe as a whole. */
export const AnyJson = z.custom<JsonValue>((value) => value !== undefined, 'is required');
/** Any JSON object. */
export const AnyJsonObject = z.record(z.string(), AnyJson, { error: 'must be an object' });
export type AnyJsonObject = JsonObject;

/**
 * The body in its right form; a missing body counts as `{}`.
 *
 * @throws ValidationError with every path that is wrong, unknown fields included
 */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return parse(schema, body ?? {}, 'body');
}

/** The query's parameters in their right form. @throws ValidationError with every one that is wrong */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  return parse(schema, query, 'query');
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: 'body' | 'query',
): z.output<Schema> {
  const parsed = readUntrusted(schema, value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.flatMap(describeIssue);
  const places = fields.map(({ path, message }) => `${path === '' ? `the ${what}` : path} ${message}`);
  throw new ValidationError(`The ${what} is not right: ${places.join('; ')}.`, fields);
}
