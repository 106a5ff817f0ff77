import { AppError, ValidationError, errorMessage } from '../errors.ts';
import type { ExecutionContext } from './execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import { type CompiledTemplate, compileTemplate, parseTemplate } from './template-engine.ts';
import { type Printable, printable, withValue } from './template-values.ts';

/** A value that a template needs is not there. */
export class TemplateValueMissing extends AppError {
  readonly path: string;

  constructor(path: string) {
    super('template-value-missing', 422, `The template needs "${path}", and this task has no such value.`);
    this.path = path;
  }
}

const maxLength = 12_000;
/** Blocks are compiled one inside the other, which takes longer than in proportion to their number. */
const maxBlocks = 100;
const maxDepth = 2;
const allowedHelpers = new Set(['if', 'unless', 'each', 'with']);
const compiled = new Map<string, { render: CompiledTemplate; paths: string[] }>();
const maxCompiled = 2_000;

/**
 * Promises that the text is a template that Baton runs: Handlebars with `if`, `unless`, `each` and
 * `with`, blocks of loops nested at most two deep, no partials, decorators or other helpers.
 *
 * @throws ValidationError that says what is wrong, under `path`
 */
export function assertTemplate(text: string, path: string): void {
  try {
    prepare(text);
  } catch (error) {
    const message = errorMessage(error).split('\n').join(' ');
    throw new ValidationError(`${path} is not a valid template: ${message}`, [{ path, message }]);
  }
}

/** The paths that a template reads from the context's root, such as `inputs.amount`. */
export function templatePaths(text: string): string[] {
  return prepare(text).paths;
}

/**
 * Renders one template over the context. A value that the inputs schema lists as optional and that is
 * missing gives an empty text; any other missing value is an error. The result is plain text: whoever
 * shows it escapes it.
 *
 * @throws TemplateValueMissing that names the path
 */
export function renderTemplate(text: string, context: ExecutionContext, inputsSchema: JsonSchema): string {
  if (!text.includes('{{')) return text;
  const { render, paths } = prepare(text);
  let values = printableOf(context);
  for (const path of paths) values = fillOrRefuse(path, path.split('.'), 0, values, inputsSchema);
  try {
    return render(values);
  } catch (error) {
    const missing = /"(.+?)" not defined/.exec(errorMessage(error))?.[1];
    throw new TemplateValueMissing(missing ?? errorMessage(error));
  }
}

/** Renders every string of a value, at any depth. @throws TemplateValueMissing */
export function renderDeep(value: JsonValue, context: ExecutionContext, inputsSchema: JsonSchema): JsonValue {
  if (typeof value === 'string') return renderTemplate(value, context, inputsSchema);
  if (Array.isArray(value)) return value.map((item) => renderDeep(item, context, inputsSchema));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderDeep(item, context, inputsSchema)]),
  );
}

function prepare(text: string): { render: CompiledTemplate; paths: string[] } {
  if (typeof text !== 'string') throw new TypeError('a template must be a text');
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (text.length > maxLength) throw new Error(`it has more than ${maxLength} characters`);
  if (text.split('{{#').length > maxBlocks) throw new Error(`it has more than ${maxBlocks} blocks`);
  const program = parseTemplate(text);
  const paths = new Set<string>();
  inspect(program, paths, 0, true);
  const entry = { render: compileTemplate(text), paths: [...paths] };
  if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value ?? '');
  compiled.set(text, entry);
  return entry;
}

/** Collects root paths and refuses what templates may not do. `atRoot`: paths still start at the context. */
function inspect(program: hbs.AST.Program, paths: Set<string>, loops: number, atRoot: boolean): void {
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ContentStatement':
      case 'CommentStatement':
        break;
      case 'MustacheStatement':
        inspectMustache(statement as hbs.AST.MustacheStatement, paths, atRoot);
        break;
      case 'BlockStatement':
        inspectBlock(statement as hbs.AST.BlockStatement, paths, loops, atRoot);
        break;
      default:
        throw new Error(`${statement.type} is not allowed: use values, if, unless, each and with`);
    }
  }
}

function inspectMustache(statement: hbs.AST.MustacheStatement, paths: Set<string>, atRoot: boolean): void {
  if (statement.params.length > 0 || statement.hash) {
    throw new Error(`"${nameOf(statement.path)}" is not a helper that templates may call`);
  }
  collect(statement.path, paths, atRoot);
}

function inspectBlock(
  block: hbs.AST.BlockStatement,
  paths: Set<string>,
  loops: number,
  atRoot: boolean,
): void {
  const name = nameOf(block.path);
  if (!allowedHelpers.has(name)) throw new Error(`#${name} is not allowed: use if, unless, each or with`);
  for (const param of block.params) collect(param, paths, atRoot);
  const changesScope = name === 'each' || name === 'with';
  const depth = loops + (name === 'each' ? 1 : 0);
  if (depth > maxDepth) throw new Error(`#each may be nested at most ${maxDepth} deep`);
  if (block.program) inspect(block.program, paths, depth, atRoot && !changesScope);
  if (block.inverse) inspect(block.inverse, paths, loops, atRoot);
}

function collect(expression: hbs.AST.Expression, paths: Set<string>, atRoot: boolean): void {
  if (expression.type !== 'PathExpression') return;
  const path = expression as hbs.AST.PathExpression;
  if (path.data) {
    if (path.parts[0] === 'root') throw new Error('@root is not allowed');
    return;
  }
  const first = path.parts[0];
  if (first !== 'inputs' && first !== 'steps') {
    if (atRoot) throw new Error(`"${path.original}" is unknown: values start with "inputs." or "steps."`);
    return;
  }
  if (atRoot && path.depth === 0) paths.add(path.parts.join('.'));
}

function nameOf(expression: hbs.AST.Expression): string {
  return expression.type === 'PathExpression'
    ? (expression as hbs.AST.PathExpression).original
    : expression.type;
}

/** A context is rendered over by every text of a step, so it is prepared once. */
const prepared = new WeakMap<ExecutionContext, Printable>();

function printableOf(context: ExecutionContext): Printable {
  const known = prepared.get(context) ?? printable(context as unknown as JsonValue);
  prepared.set(context, known);
  return known;
}

/** The values with an empty text where an optional one is missing. @throws TemplateValueMissing for any other */
function fillOrRefuse(
  path: string,
  parts: readonly string[],
  index: number,
  values: Printable,
  inputsSchema: JsonSchema,
): Printable {
  const part = parts[index];
  if (part === undefined) return values;
  if (typeof values !== 'object' || values === null) throw new TemplateValueMissing(path);
  const known = Object.hasOwn(values, part) ? (values as Record<string, Printable>)[part] : undefined;
  if (known !== undefined && known !== null) {
    const filled = fillOrRefuse(path, parts, index + 1, known, inputsSchema);
    return filled === known ? values : withValue(values, part, filled);
  }
  const isOptional = known === null || isOptionalInput(parts.slice(0, index + 1), inputsSchema);
  if (!isOptional) throw new TemplateValueMissing(path);
  const isLast = index === parts.length - 1;
  return withValue(values, part, isLast ? '' : fillOrRefuse(path, parts, index + 1, {}, inputsSchema));
}

/** True when the schema lists the input and does not require it, or one of its parents is optional and was left out. */
function isOptionalInput(parts: readonly string[], inputsSchema: JsonSchema): boolean {
  if (parts[0] !== 'inputs') return false;
  let schema: JsonValue = inputsSchema;
  let optional = false;
  for (const part of parts.slice(1)) {
    if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return false;
    const properties: JsonObject = schema['properties'];
    const property = Object.hasOwn(properties, part) ? properties[part] : undefined;
    if (property === undefined) return false;
    const required = Array.isArray(schema['required']) && schema['required'].includes(part);
    optional = optional || !required;
    schema = property;
  }
  return optional;
}
