import type { JsonObject } from '../../../domain/json.ts';

/** What stands behind a command: its words, and its `key=value` pairs. */
export interface Tokens {
  words: string[];
  values: JsonObject;
}

const keyPattern = /([\p{L}_][\p{L}\p{N}_.-]*)=/uy;
/** One of Slack's own escapes counts as one word, whatever stands in it: `<@U…|Ana Ruiz>`. */
const escapePattern = /<[@#!][^<>]*>/uy;
const doubleQuotes = '"“”„«»';
const openingSingles = "'‘‚";
const closingSingles = "'’";

/**
 * Splits what was typed at white space. Words and values may be quoted, with straight quotes or with those
 * that phones and other keyboards type instead; a backslash before a quote, or before another backslash,
 * takes it literally. A single quote counts as one only around a whole word, so that `Ana's` stays what it
 * is. A quote that is never closed reaches to the end.
 */
export function tokenize(text: string): Tokens {
  const words: string[] = [];
  const values: JsonObject = {};
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const key = matchAt(keyPattern, text, at);
    const read = readWord(text, at + (key?.[0].length ?? 0));
    if (key === null) words.push(read.word);
    else if (key[1] !== undefined && key[1] !== '__proto__') values[key[1]] = read.word;
    at = skipSpace(text, read.end);
  }
  return { words, values };
}

function readWord(text: string, start: number): { word: string; end: number } {
  const quote = text[start] ?? '';
  if (quote !== '' && doubleQuotes.includes(quote)) return readQuoted(text, start + 1, doubleQuotes);
  if (quote !== '' && openingSingles.includes(quote) && isClosedAsWord(text, start + 1))
    return readQuoted(text, start + 1, closingSingles);
  let word = '';
  let at = start;
  while (at < text.length && !isSpace(text[at])) {
    const piece = matchAt(escapePattern, text, at)?.[0] ?? text[at] ?? '';
    word += piece;
    at += piece.length;
  }
  return { word, end: at };
}

function readQuoted(text: string, start: number, closing: string): { word: string; end: number } {
  let word = '';
  let at = start;
  while (at < text.length && !isClosing(text, at, closing)) {
    if (isEscaped(text, at)) at += 1;
    word += text[at] ?? '';
    at += 1;
  }
  return { word, end: at + 1 };
}

/** A backslash before anything that is no quote stays: paths have many. */
function isEscaped(text: string, at: number): boolean {
  const next = text[at + 1] ?? '';
  return (
    text[at] === '\\' && next !== '' && `${doubleQuotes}${closingSingles}${openingSingles}\\`.includes(next)
  );
}

function isClosing(text: string, at: number, closing: string): boolean {
  if (!closing.includes(text[at] ?? '')) return false;
  return closing !== closingSingles || at + 1 >= text.length || isSpace(text[at + 1]);
}

function isClosedAsWord(text: string, start: number): boolean {
  for (let at = start; at < text.length; at += 1) {
    if (isEscaped(text, at)) at += 1;
    else if (isClosing(text, at, closingSingles)) return true;
  }
  return false;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text[at])) at += 1;
  return at;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
