import { type Token, tokenize } from './tokenize.ts';

/** One place where a file names another module. */
export interface ModuleImport {
  /** What stands in the quotes; `null` for a dynamic import of something that is computed. */
  readonly specifier: string | null;
  /** `import type` or `export type`: gone after compilation. */
  readonly typeOnly: boolean;
  /** `export … from`. */
  readonly reExport: boolean;
  readonly line: number;
}

export interface ModuleSyntax {
  readonly imports: readonly ModuleImport[];
  /** The file does nothing but hand on what other files export. */
  readonly barrel: boolean;
  /** The first line that reads `process.env`, in any spelling, or `null`. */
  readonly processEnvLine: number | null;
}

/** Everything that a TypeScript source imports: static, type-only, dynamic, in a type, re-exported, required. */
export function readImports(source: string): ModuleSyntax {
  const tokens = tokenize(source);
  const imports: ModuleImport[] = [];
  let ownTokens = 0;
  let at = 0;
  while (at < tokens.length) {
    const found = readImportAt(tokens, at);
    if (found === null) {
      if (tokens[at]?.text !== ';') ownTokens += 1;
      at += 1;
      continue;
    }
    imports.push(found.entry);
    at = found.next;
  }
  return {
    imports,
    barrel: ownTokens === 0 && imports.some(({ reExport }) => reExport),
    processEnvLine: findProcessEnv(tokens),
  };
}

interface Found {
  readonly entry: ModuleImport;
  /** The index of the first token after the import. */
  readonly next: number;
}

function readImportAt(tokens: readonly Token[], at: number): Found | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || isPunctuator(tokens[at - 1], '.')) return null;
  switch (token.text) {
    case 'require':
      return isPunctuator(tokens[at + 1], '(') ? readCall(tokens, at, at + 2) : null;
    case 'import':
      if (isPunctuator(tokens[at + 1], '(')) return readCall(tokens, at, at + 2);
      if (tokens[at + 1]?.kind === 'string') return foundAt(tokens, at, at + 1, false);
      return readFromClause(tokens, at);
    case 'export':
      return readFromClause(tokens, at);
    default:
      return null;
  }
}

/** `import('x')`, `require('x')`: the specifier is the only argument, or it is unknown. */
function readCall(tokens: readonly Token[], start: number, argument: number): Found {
  const literal =
    tokens[argument]?.kind === 'string' && [')', ','].includes(tokens[argument + 1]?.text ?? '');
  if (literal) return foundAt(tokens, start, argument, false);
  const line = tokens[start]?.line ?? 0;
  return { entry: { specifier: null, typeOnly: false, reExport: false, line }, next: argument };
}

/** `import [type] <names> from 'x'` and `export [type] <names> from 'x'`; anything else is `null`. */
function readFromClause(tokens: readonly Token[], start: number): Found | null {
  const typeOnly = tokens[start + 1]?.text === 'type' && ['{', '*'].includes(tokens[start + 2]?.text ?? '');
  const namedType = tokens[start + 1]?.text === 'type' && tokens[start + 3]?.text === 'from';
  for (let at = start + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.text === 'from' && tokens[at + 1]?.kind === 'string') {
      return foundAt(tokens, start, at + 1, typeOnly || namedType);
    }
    const inClause = token?.kind === 'word' || ['{', '}', '*', ','].includes(token?.text ?? '');
    if (!inClause && token?.kind !== 'string') return null;
  }
  return null;
}

function foundAt(tokens: readonly Token[], start: number, at: number, typeOnly: boolean): Found {
  const specifier = tokens[at]?.text ?? null;
  const reExport = tokens[start]?.text === 'export';
  return { entry: { specifier, typeOnly, reExport, line: tokens[start]?.line ?? 0 }, next: at + 1 };
}

function isPunctuator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'punctuator' && token.text === text;
}

/** `process.env`, `process?.env`, `process['env']` and `{ env } = process`. */
function findProcessEnv(tokens: readonly Token[]): number | null {
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.text !== 'process') continue;
    const after = tokens.slice(at + 1, at + 4).filter(({ text }) => !['?', '.', '['].includes(text));
    const before = tokens.slice(Math.max(0, at - 8), at);
    const destructured = isPunctuator(before.at(-1), '=') && before.some(({ text }) => text === 'env');
    if (after[0]?.text === 'env' || destructured) return token.line;
  }
  return null;
}
