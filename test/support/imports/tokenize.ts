/** A piece of TypeScript. Comments and white space are left out; a string's text is what stands between the quotes. */
export interface Token {
  readonly kind: 'word' | 'string' | 'template' | 'regex' | 'punctuator';
  readonly text: string;
  readonly line: number;
}

const WHITE_SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*/uy;
const STRING = /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/y;
const REGEX = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_PART = /((?:[^`\\$]|\\[\s\S]|\$(?!\{))*)(`|\$\{)/y;

/** After these words a slash begins a regular expression; after any other it divides. */
const WORDS_BEFORE_VALUE = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'void',
  'await',
  'yield',
  'else',
  'do',
  'throw',
]);

/**
 * The tokens of a TypeScript source: enough to tell code from comments, strings, templates and
 * regular expressions, without a compiler (TypeScript 7 has no stable API for one).
 *
 * @throws {Error} with the line, for a source that cannot be read to its end
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each template that we are inside of: how many braces are open in its current `${…}`. */
  const templates: number[] = [];
  let at = 0;
  let line = 1;

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return null;
    at += found[0].length;
    return found;
  }
  function add(kind: Token['kind'], text: string, whole: string): void {
    tokens.push({ kind, text, line });
    line += lineBreaks(whole);
  }
  function take(kind: Token['kind'], pattern: RegExp): boolean {
    const found = match(pattern);
    if (found === null) return false;
    add(kind, found[1] ?? found[2] ?? found[0], found[0]);
    return true;
  }
  function readTemplate(): void {
    const part = match(TEMPLATE_PART);
    if (part === null) throw new Error(`Line ${line}: a template literal has no end.`);
    add('template', part[1] ?? '', part[0]);
    if (part[2] === '${') templates.push(0);
  }

  while (at < source.length) {
    const skipped = match(WHITE_SPACE) ?? match(COMMENT);
    if (skipped) {
      line += lineBreaks(skipped[0]);
      continue;
    }
    if (take('string', STRING) || take('word', WORD)) continue;
    if (beginsValue(tokens.at(-1)) && take('regex', REGEX)) continue;
    const character = source.charAt(at);
    at += 1;
    const open = templates.at(-1);
    const templateGoesOn = character === '}' && open === 0;
    if (templateGoesOn) templates.pop();
    if (templateGoesOn || character === '`') {
      readTemplate();
      continue;
    }
    if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1;
    if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1;
    add('punctuator', character, character);
  }
  return tokens;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/** Whether a value may follow this token, so that a slash begins a regular expression. */
function beginsValue(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === 'word') return WORDS_BEFORE_VALUE.has(previous.text);
  if (previous.kind === 'punctuator') return ![')', ']', '}'].includes(previous.text);
  return false;
}
