import { lexer, type Token, type Tokens } from 'marked';
import { escapeBody, escapeMrkdwn, quote } from '../escape.ts';
import { inlineMrkdwn, inlineText } from './inline.ts';

/** A part of a text between two blank lines, in mrkdwn. `code` is not fenced yet. */
export type Piece = { kind: 'prose' | 'code'; text: string } | { kind: 'line' };

/** Deeper lists are shown at this depth. */
const maxDepth = 6;
const maxColumnWidth = 40;

/**
 * Reads Markdown (CommonMark with GitHub's tables) into parts. Never fails: what the reader cannot take, such
 * as thousands of nested quotations, comes back as text.
 */
export function markdownPieces(text: string): Piece[] {
  try {
    return toPieces(lexer(text));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ kind: 'prose', text: escapeBody(text) }];
  }
}

function toPieces(tokens: readonly Token[]): Piece[] {
  return tokens.flatMap((token) => toPiece(token as Tokens.Generic));
}

function toPiece(token: Tokens.Generic): Piece[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'hr':
      return [{ kind: 'line' }];
    case 'code':
      return [{ kind: 'code', text: escapeMrkdwn(String(token['text'] ?? '')).replaceAll('```', 'ˋˋˋ') }];
    case 'heading':
      return prose(heading(token.tokens));
    case 'table':
      return [{ kind: 'code', text: escapeMrkdwn(table(token as Tokens.Table)).replaceAll('```', 'ˋˋˋ') }];
    case 'blockquote':
      return prose(quote(flatten(token.tokens, 0)));
    case 'list':
      return prose(list(token as Tokens.List, 0));
    default:
      return prose(
        token.tokens === undefined ? escapeMrkdwn(String(token['text'] ?? '')) : inlineMrkdwn(token.tokens),
      );
  }
}

function prose(text: string): Piece[] {
  return text.trim() === '' ? [] : [{ kind: 'prose', text: text.trimEnd() }];
}

function heading(tokens: readonly Token[] | undefined): string {
  const text = escapeMrkdwn(inlineText(tokens)).replace(/\s+/g, ' ').replaceAll('*', '∗').trim();
  return text === '' ? '' : `*${text}*`;
}

function list({ items, ordered, start }: Tokens.List, depth: number): string {
  const first = typeof start === 'number' ? start : 1;
  const indent = '    '.repeat(Math.min(depth, maxDepth));
  return items
    .map(({ tokens }, index) => {
      const mark = ordered ? `${first + index}.` : depth % 2 === 0 ? '•' : '◦';
      return `${indent}${mark} ${flatten(tokens, depth + 1)}`;
    })
    .join('\n');
}

/** What stands inside an item or a quotation, line by line. */
function flatten(tokens: readonly Token[] | undefined, depth: number): string {
  let text = '';
  for (const token of tokens ?? []) {
    const generic = token as Tokens.Generic;
    const part = generic.type === 'list' ? list(generic as Tokens.List, depth) : partOf(generic);
    if (part === '') continue;
    text += text === '' || /^[☑☐] $/.test(text) ? part : `\n${part}`;
  }
  return text;
}

function partOf(token: Tokens.Generic): string {
  if (token.type === 'checkbox') return inlineMrkdwn([token]);
  return toPiece(token)
    .map((piece) => (piece.kind === 'line' ? '———' : piece.kind === 'code' ? fence(piece.text) : piece.text))
    .join('\n');
}

/** Code with its fences. */
export function fence(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

/** Slack's mrkdwn has no tables, so columns are lined up as in a listing. */
function table({ header, rows }: Tokens.Table): string {
  const all = [header, ...rows].map((row) =>
    row.map(({ tokens }) => inlineText(tokens).replace(/\s+/g, ' ')),
  );
  const widths = header.map((_, column) =>
    Math.min(maxColumnWidth, Math.max(...all.map((row) => (row[column] ?? '').length))),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(Math.max(width, 1))).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}
