import Handlebars from 'handlebars';
import { AppError, ValidationError, errorMessage } from '../errors.ts';
import type { ExecutionContext } from './execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';

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
const maxRenderedLength = 40_000;
const maxListItems = 200;
const allowedHelpers = new Set(['if', 'unless', 'each', 'with']);
const handlebars = Handlebars.create();
const compiled = new Map<string, { render: Handlebars.TemplateDelegate; paths: string[] }>();
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
  const values = printable(context as unknown as JsonValue) as JsonObject;
  for (const path of paths) fillOrRefuse(path, values, inputsSchema);
  let rendered: string;
  try {
    rendered = render(values);
  } catch (error) {
    const missing = /"(.+?)" not defined/.exec(errorMessage(error))?.[1];
    throw new TemplateValueMissing(missing ?? errorMessage(error));
  }
  return rendered.length > maxRenderedLength ? `${rendered.slice(0, maxRenderedLength - 1)}…` : rendered;
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

function prepare(text: string): { render: Handlebars.TemplateDelegate; paths: string[] } {
  if (typeof text !== 'string') throw new TypeError('a template must be a text');
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (text.length > maxLength) throw new Error(`it has more than ${maxLength} characters`);
  if (text.split('{{#').length > maxBlocks) throw new Error(`it has more than ${maxBlocks} blocks`);
  const program = handlebars.parse(text);
  const paths = new Set<string>();
  inspect(program, paths, 0, true);
  const render = handlebars.compile(text, {
    strict: true,
    noEscape: true,
    knownHelpers: { if: true, unless: true, each: true, with: true, log: false, lookup: false },
    knownHelpersOnly: true,
  });
  const entry = { render, paths: [...paths] };
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

/** Puts an empty text where an optional value is missing. @throws TemplateValueMissing otherwise */
function fillOrRefuse(path: string, values: JsonObject, inputsSchema: JsonSchema): void {
  const parts = path.split('.');
  let node: JsonValue = values;
  for (const [index, part] of parts.entries()) {
    if (isJsonObject(node) || Array.isArray(node)) {
      const holder = node as JsonObject;
      if (Object.hasOwn(holder, part) && holder[part] !== undefined && holder[part] !== null) {
        node = holder[part];
        continue;
      }
      const optional = holder[part] === null || isOptionalInput(parts.slice(0, index + 1), inputsSchema);
      if (!optional) throw new TemplateValueMissing(path);
      holder[part] = index === parts.length - 1 ? '' : {};
      node = holder[part];
      continue;
    }
    throw new TemplateValueMissing(path);
  }
}

/** True when the schema lists the input and does not require it, or one of its parents is optional and was left out. */
function isOptionalInput(parts: readonly string[], inputsSchema: JsonSchema): boolean {
  if (parts[0] !== 'inputs') return false;
  let schema: JsonValue = inputsSchema;
  let optional = false;
  for (const part of parts.slice(1)) {
    if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return false;
    const property: JsonValue | undefined = schema['properties'][part];
    if (property === undefined) return false;
    const required = Array.isArray(schema['required']) && schema['required'].includes(part);
    optional = optional || !required;
    schema = property;
  }
  return optional;
}

/** A copy whose lists and objects print as people would write them: `a, b` and JSON. */
function printable(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.slice(0, maxListItems).map(printable);
    return withText(items, () => items.map(String).join(', '));
  }
  if (!isJsonObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)]));
  return withText(copy, () => JSON.stringify(value));
}

function withText<T extends object>(target: T, text: () => string): T {
  Object.defineProperty(target, 'toString', { value: text, enumerable: false });
  return target;
}
