import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isObject, type JsonObject, toObject, toObjects, toText } from './json.ts';

interface GeneratedSchema {
  definitions: Record<string, JsonObject>;
}

const require = createRequire(import.meta.url);
let compiled: Promise<Map<string, ValidateFunction>> | undefined;

/**
 * Checks one block against the `KnownBlock` type of `@slack/types`: the shape, not the lengths.
 * Gives one line per problem, each with the pointer inside the block; none when the shape is right.
 */
export async function findShapeProblems(block: JsonObject): Promise<{ pointer: string; message: string }[]> {
  compiled ??= compileByType();
  const validate = (await compiled).get(toText(block.type));
  if (validate === undefined)
    return [{ pointer: '/type', message: `unsupported type: ${toText(block.type)}` }];
  if (validate(block)) return [];
  return mostTelling(validate.errors ?? []).map(toProblem);
}

/** A union makes one error per branch; the deepest ones belong to the branch that was meant. */
function mostTelling(errors: ErrorObject[]): ErrorObject[] {
  const real = errors.filter((error) => error.keyword !== 'anyOf');
  const depth = (error: ErrorObject): number => error.instancePath.split('/').length;
  const other = real.filter((error) => error.keyword !== 'const');
  const candidates = other.length > 0 ? other : real;
  const deepest = Math.max(...candidates.map(depth));
  return candidates.filter((error) => depth(error) === deepest).slice(0, 5);
}

function toProblem(error: ErrorObject): { pointer: string; message: string } {
  const extra = toText(error.params.additionalProperty);
  const message = error.message ?? error.keyword;
  return { pointer: error.instancePath, message: extra === '' ? message : `${message}: ${extra}` };
}

async function compileByType(): Promise<Map<string, ValidateFunction>> {
  const schema = await loadSchema();
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'slack', definitions: schema.definitions });
  const byType = new Map<string, ValidateFunction>();
  for (const branch of toObjects(toObject(schema.definitions.KnownBlock).anyOf)) {
    const name = toText(branch.$ref).replace('#/definitions/', '');
    const type = readConstType(schema.definitions[name]);
    byType.set(type, ajv.compile({ $ref: `slack#/definitions/${name}` }));
  }
  return byType;
}

function readConstType(definition: JsonObject | undefined): string {
  const shape = isObject(definition?.properties) ? definition : toObjects(definition?.anyOf)[0];
  return toText(toObject(toObject(shape?.properties).type).const);
}

/** Generating takes more than a second, so the result is kept in the temp folder per version of the types. */
async function loadSchema(): Promise<GeneratedSchema> {
  const packageFile = require.resolve('@slack/types/package.json');
  const version = createHash('sha256').update(readFileSync(packageFile)).digest('hex').slice(0, 16);
  const cacheFile = join(tmpdir(), `slack-block-schema-${version}.json`);
  if (existsSync(cacheFile)) return JSON.parse(readFileSync(cacheFile, 'utf8')) as GeneratedSchema;
  const schema = await generateSchema(join(dirname(packageFile), 'dist', 'index.d.ts'));
  mkdirSync(tmpdir(), { recursive: true });
  writeFileSync(`${cacheFile}.${process.pid}`, JSON.stringify(schema));
  renameSync(`${cacheFile}.${process.pid}`, cacheFile);
  return schema;
}

async function generateSchema(typesFile: string): Promise<GeneratedSchema> {
  const { createGenerator } = await import('ts-json-schema-generator');
  const generator = createGenerator({
    path: typesFile,
    type: 'KnownBlock',
    skipTypeCheck: true,
    additionalProperties: false,
    expose: 'all',
    jsDoc: 'none',
  });
  return generator.createSchema('KnownBlock') as unknown as GeneratedSchema;
}
