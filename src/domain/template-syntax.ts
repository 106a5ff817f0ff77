import { ValidationError, errorMessage } from '../errors.ts';
import { type CompiledTemplate, compileTemplate, parseTemplate } from './template-engine.ts';

/** A template that was found right. */
export interface PreparedTemplate {
  /** Over values that `printable` made. */
  render: CompiledTemplate;
  /** The paths that it reads from the root, such as `inputs.amount`. */
  paths: string[];
  /** The path, of a template that is nothing but one value: `{{body.amount}}`; null for every other. */
  onlyPath: string | null;
}

const maxLength = 12_000;
/** Blocks are compiled one inside the other, which takes longer than in proportion to their number. */
const maxBlocks = 100;
const maxDepth = 2;
const allowedHelpers = new Set(['if', 'unless', 'each', 'with']);
const compiled = new Map<string, PreparedTemplate>();
const maxCompiled = 2_000;
/** What the templates of steps read. */
const contextRoots = ['inputs', 'steps'] as const;

/**
 * Promises that the text is a template that Baton runs: Handlebars with `if`, `unless`, `each` and
 * `with`, blocks of loops nested at most two deep, no partials, decorators or other helpers.
 *
 * @param roots what its values start with. Default: `inputs` and `steps`
 * @throws ValidationError that says what is wrong, under `path`
 */
export function assertTemplate(text: string, path: string, roots: readonly string[] = contextRoots): void {
  try {
    prepareTemplate(text, roots);
  } catch (error) {
    const message = errorMessage(error).split('\n').join(' ');
    throw new ValidationError(`${path} is not a valid template: ${message}`, [{ path, message }]);
  }
}

/** The paths that a template reads from the context's root, such as `inputs.amount`. */
export function templatePaths(text: string): string[] {
  return prepareTemplate(text).paths;
}

/** @throws Error that says what is wrong with it */
export function prepareTemplate(text: string, roots: readonly string[] = contextRoots): PreparedTemplate {
  if (typeof text !== 'string') throw new TypeError('a template must be a text');
  const key = `${roots.join(' ')}\n${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (text.length > maxLength) throw new Error(`it has more than ${maxLength} characters`);
  if (text.split('{{#').length > maxBlocks) throw new Error(`it has more than ${maxBlocks} blocks`);
  const program = parseTemplate(text);
  const paths = new Set<string>();
  inspect(program, { paths, roots }, 0, true);
  const entry = { render: compileTemplate(text), paths: [...paths], onlyPath: onlyPathOf(program) };
  if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value ?? '');
  compiled.set(key, entry);
  return entry;
}

/** What a template reads, while it is inspected. */
interface Found {
  paths: Set<string>;
  roots: readonly string[];
}

/** Collects root paths and refuses what templates may not do. `atRoot`: paths still start at the context. */
function inspect(program: hbs.AST.Program, found: Found, loops: number, atRoot: boolean): void {
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ContentStatement':
      case 'CommentStatement':
        break;
      case 'MustacheStatement':
        inspectMustache(statement as hbs.AST.MustacheStatement, found, atRoot);
        break;
      case 'BlockStatement':
        inspectBlock(statement as hbs.AST.BlockStatement, found, loops, atRoot);
        break;
      default:
        throw new Error(`${statement.type} is not allowed: use values, if, unless, each and with`);
    }
  }
}

function inspectMustache(statement: hbs.AST.MustacheStatement, found: Found, atRoot: boolean): void {
  if (statement.params.length > 0 || statement.hash) {
    throw new Error(`"${nameOf(statement.path)}" is not a helper that templates may call`);
  }
  collect(statement.path, found, atRoot);
}

function inspectBlock(block: hbs.AST.BlockStatement, found: Found, loops: number, atRoot: boolean): void {
  const name = nameOf(block.path);
  if (!allowedHelpers.has(name)) throw new Error(`#${name} is not allowed: use if, unless, each or with`);
  for (const param of block.params) collect(param, found, atRoot);
  const changesScope = name === 'each' || name === 'with';
  const depth = loops + (name === 'each' ? 1 : 0);
  if (depth > maxDepth) throw new Error(`#each may be nested at most ${maxDepth} deep`);
  if (block.program) inspect(block.program, found, depth, atRoot && !changesScope);
  if (block.inverse) inspect(block.inverse, found, loops, atRoot);
}

function collect(expression: hbs.AST.Expression, found: Found, atRoot: boolean): void {
  if (expression.type !== 'PathExpression') return;
  const path = expression as hbs.AST.PathExpression;
  if (path.data) {
    if (path.parts[0] === 'root') throw new Error('@root is not allowed');
    return;
  }
  const first = path.parts[0];
  if (first === undefined || !found.roots.includes(first)) {
    if (atRoot) throw new Error(`"${path.original}" is unknown: ${explainRoots(found.roots)}`);
    return;
  }
  if (atRoot && path.depth === 0) found.paths.add(path.parts.join('.'));
}

function explainRoots(roots: readonly string[]): string {
  const named = roots.map((root) => `"${root}."`);
  return `values start with ${[named.slice(0, -1).join(', '), named.at(-1)].filter(Boolean).join(' or ')}`;
}

function onlyPathOf({ body }: hbs.AST.Program): string | null {
  const [only, ...others] = body;
  if (only?.type !== 'MustacheStatement' || others.length > 0) return null;
  const { path } = only as hbs.AST.MustacheStatement;
  if (path.type !== 'PathExpression') return null;
  const { parts, data, depth } = path as hbs.AST.PathExpression;
  return data || depth > 0 ? null : parts.join('.');
}

function nameOf(expression: hbs.AST.Expression): string {
  return expression.type === 'PathExpression'
    ? (expression as hbs.AST.PathExpression).original
    : expression.type;
}
