import { parseTemplate } from './template-engine.ts';

/** One part of the way to a value: the name of a field, or `each` item of the list that the way has come to. */
export type UsePart = { name: string } | 'each';

/** A value that a template reads. */
export interface TemplateUse {
  /** As it is written. */
  text: string;
  /** False for what is read within a loop or `with`: there an optional value that is missing is not filled in. */
  isRoot: boolean;
  /** The context of a loop or `with`, whose own use is told apart: where it is missing nothing is read. */
  scope: readonly UsePart[];
  /** From the scope on; with an empty scope from the context's root. */
  parts: readonly UsePart[];
  /** True for what only decides or is walked over within a loop: its last part may be missing. */
  mayEndMissing: boolean;
  /** True inside `if` or `unless` within a loop, where it may never be read. */
  isGuarded: boolean;
  /** Ways that are known to be there where it is read, because an `if` around it has asked. */
  asked: readonly (readonly UsePart[])[];
}

export interface TemplateReading {
  uses: TemplateUse[];
  /** The one value that the template consists of; null when there is anything else. */
  whole: TemplateUse | null;
  /** True when it names things in a way that is not followed here (`as |item|`). */
  isUnclear: boolean;
}

interface Scope {
  /** The contexts, the innermost last. */
  contexts: readonly (readonly UsePart[])[];
  isGuarded: boolean;
  asked: readonly (readonly UsePart[])[];
}

/** What a template that was found to be valid reads. */
export function readTemplate(text: string): TemplateReading {
  const reading: TemplateReading = { uses: [], whole: null, isUnclear: false };
  if (!text.includes('{{')) return reading;
  const program = parseTemplate(text);
  walk(program, { contexts: [[]], isGuarded: false, asked: [] }, reading);
  const parts = program.body.filter(
    (statement) => statement.type !== 'ContentStatement' || !isBlank(statement as hbs.AST.ContentStatement),
  );
  if (parts.length === 1 && parts[0]?.type === 'MustacheStatement') reading.whole = reading.uses[0] ?? null;
  return reading;
}

function isBlank({ value }: hbs.AST.ContentStatement): boolean {
  return value.trim() === '';
}

function walk(program: hbs.AST.Program, scope: Scope, reading: TemplateReading): void {
  if ((program.blockParams ?? []).length > 0) reading.isUnclear = true;
  for (const statement of program.body) {
    if (statement.type === 'MustacheStatement') {
      note((statement as hbs.AST.MustacheStatement).path, scope, reading, false);
    } else if (statement.type === 'BlockStatement')
      walkBlock(statement as hbs.AST.BlockStatement, scope, reading);
  }
}

function walkBlock(block: hbs.AST.BlockStatement, scope: Scope, reading: TemplateReading): void {
  const name = (block.path as hbs.AST.PathExpression).original;
  const [param] = block.params;
  const use = param === undefined ? null : note(param, scope, reading, true);
  const { contexts, asked } = scope;
  const way = use === null ? null : [...use.scope, ...use.parts];
  const inner: Scope =
    name === 'each' || name === 'with'
      ? {
          ...scope,
          contexts: [...contexts, [...(way ?? []), ...(name === 'each' ? (['each'] as const) : [])]],
        }
      : { ...scope, isGuarded: true, asked: name === 'if' && way !== null ? [...asked, way] : asked };
  if (block.program) walk(block.program, inner, reading);
  if (block.inverse) walk(block.inverse, { ...scope, isGuarded: true }, reading);
}

function note(
  expression: hbs.AST.Expression,
  { contexts, isGuarded, asked }: Scope,
  reading: TemplateReading,
  isParam: boolean,
): TemplateUse | null {
  if (expression.type !== 'PathExpression') return null;
  const path = expression as hbs.AST.PathExpression;
  if (path.data) return null;
  const context = contexts[contexts.length - 1 - path.depth];
  if (context === undefined) {
    reading.isUnclear = true;
    return null;
  }
  const isRoot = contexts.length === 1;
  const use: TemplateUse = {
    text: path.original,
    isRoot,
    scope: context,
    parts: path.parts.map((name) => ({ name })),
    mayEndMissing: isParam && !isRoot,
    isGuarded: isGuarded && !isRoot,
    asked,
  };
  reading.uses.push(use);
  return use;
}
