import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { type AnswerDescription, type Operation, requestHeaders } from './operation.ts';
import { Problem } from './schemas/problem.ts';

const description = `Everything that Baton does, for programs. Send a key as \`Authorization: Bearer <key>\`.
Times are ISO 8601 in UTC, ids are 24 hex digits, lists are \`{ items, nextCursor }\`: send \`nextCursor\` as \`cursor\` for what comes next.
Unknown fields are refused. Errors are problem documents (RFC 9457); those of fields name each of them in \`errors\`.`;

/** Schemas that several operations share, by name. */
type Components = Record<string, JsonObject>;

/**
 * The API as an OpenAPI 3.1 document, made of the operations and of the zod schemas that validate them.
 *
 * @param publicUrl how the outside reaches Baton
 */
export function buildDocument(operations: readonly Operation[], publicUrl: string): JsonObject {
  const components: Components = {};
  const problem = toJsonSchema(Problem, 'output', components);
  const paths: Record<string, JsonObject> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation(operation, components),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Baton', version: '1', description },
    servers: [{ url: publicUrl }],
    security: [{ key: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      responses: {
        Problem: {
          description: 'It was refused, and why',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      schemas: components,
    },
  };
}

function describeOperation(operation: Operation, components: Components): JsonObject {
  const { id, tag, summary, query, body, answers } = operation;
  const answersByStatus = Object.entries(answers).map(([status, answer]) => [
    status,
    describeAnswer(answer, components),
  ]);
  const content = describeBody(operation, components);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(operation.isPublic === true ? { security: [] } : {}),
    parameters: [
      ...pathParameters(operation.path),
      ...(query === undefined ? [] : queryParameters(toJsonSchema(query, 'input', components))),
      ...(operation.headers ?? []).map((name) => ({
        name,
        in: 'header',
        description: requestHeaders[name],
        schema: { type: 'string' },
      })),
    ],
    ...(content === null ? {} : { requestBody: { required: body !== undefined, content } }),
    responses: {
      ...Object.fromEntries(answersByStatus),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function describeBody(
  { body, textBodies = [], example }: Operation,
  components: Components,
): JsonObject | null {
  if (body === undefined && textBodies.length === 0) return null;
  const json =
    body === undefined
      ? {}
      : {
          'application/json': {
            schema: toJsonSchema(body, 'input', components),
            ...(example === undefined ? {} : { example: example as JsonValue }),
          },
        };
  const texts = textBodies.map((type) => [type, { schema: { type: 'string' } }] as const);
  return { ...json, ...Object.fromEntries(texts) };
}

function describeAnswer(
  { description: text, schema, contentType, textTypes = [] }: AnswerDescription,
  components: Components,
): JsonObject {
  if (schema === undefined) return { description: text };
  const content = { schema: toJsonSchema(schema, 'output', components) };
  const texts = textTypes.map((type) => [type, { schema: { type: 'string' } }] as const);
  return {
    description: text,
    content: { [contentType ?? 'application/json']: content, ...Object.fromEntries(texts) },
  };
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(schema: JsonObject): JsonObject[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  const required = (schema['required'] ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}

/** The schema in the dialect of OpenAPI 3.1, JSON Schema 2020-12; what it shares goes to the components. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonObject {
  const {
    $schema: _dialect,
    $defs,
    ...own
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  const suffix = io === 'input' ? 'Input' : '';
  for (const [name, definition] of Object.entries($defs ?? {})) {
    if (!isAnonymous(name)) components[name + suffix] = pointToComponents(definition, suffix) as JsonObject;
  }
  return pointToComponents(own, suffix) as JsonObject;
}

/** zod numbers the schemas that have no name: here that is only "any JSON", which needs no words. */
function isAnonymous(name: string): boolean {
  return name.startsWith('__schema');
}

function pointToComponents(value: unknown, suffix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => pointToComponents(item, suffix));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as Record<string, unknown>;
  const others = Object.entries(rest).map(([key, item]) => [key, pointToComponents(item, suffix)] as const);
  if (typeof $ref !== 'string') return Object.fromEntries(others);
  const name = $ref.replace(/^#\/\$defs\//, '');
  return isAnonymous(name)
    ? Object.fromEntries(others)
    : { $ref: `#/components/schemas/${name}${suffix}`, ...Object.fromEntries(others) };
}
