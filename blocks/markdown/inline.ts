import type { Token, Tokens } from 'marked';
import { escapeMrkdwn, oneLine } from '../escape.ts';

/** A longer address is shown as text: a link cannot be cut where it does not fit. */
const maxLinkLength = 500;
const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** What stands in a line of Markdown, as mrkdwn. Everything in it is escaped; only links to web and mail live. */
export function inlineMrkdwn(tokens: readonly Token[] | undefined): string {
  return (tokens ?? []).map((token) => renderInline(token as Tokens.Generic)).join('');
}

/** The same without any markup, unescaped: for where Slack shows text as it is. */
export function inlineText(tokens: readonly Token[] | undefined): string {
  return (tokens ?? [])
    .map((token) => {
      const { type, tokens: inner, text } = token as Tokens.Generic;
      if (type === 'br') return '\n';
      return inner === undefined ? decode(String(text ?? '')) : inlineText(inner);
    })
    .join('');
}

function renderInline(token: Tokens.Generic): string {
  const { type, tokens } = token;
  switch (type) {
    case 'strong':
      return marked('*', inlineMrkdwn(tokens));
    case 'em':
      return marked('_', inlineMrkdwn(tokens));
    case 'del':
      return marked('~', inlineMrkdwn(tokens));
    case 'codespan':
      return code(String(token['text'] ?? ''));
    case 'br':
      return '\n';
    case 'link':
    case 'image':
      return link(token);
    case 'checkbox':
      return token['checked'] === true ? '☑ ' : '☐ ';
    default:
      return tokens === undefined ? escapeMrkdwn(decode(String(token['text'] ?? ''))) : inlineMrkdwn(tokens);
  }
}

/** Slack knows a mark only at the edge of a word, and never doubled or across lines. */
function marked(mark: string, text: string): string {
  if (text.trim() === '' || text.includes('\n')) return text;
  const inner = text.replaceAll(mark, mark === '*' ? '∗' : '');
  return `${mark}${inner.trim()}${mark}`;
}

function code(text: string): string {
  const shown = escapeMrkdwn(oneLine(text)).replaceAll('`', 'ˋ');
  return shown === '' ? '' : `\`${shown}\``;
}

/** A label that names another address than the one it leads to gives way to the address. */
function link(token: Tokens.Generic): string {
  const href = String(token['href'] ?? '');
  const label = oneLine(inlineText(token.tokens)) || oneLine(String(token['text'] ?? ''));
  if (!/^(https?:\/\/|mailto:)[^\s<>|]+$/i.test(href) || href.length > maxLinkLength)
    return escapeMrkdwn(label || href);
  const isMisleading = /^\S+\.\S+$|:\/\//.test(label) && label !== href;
  const address = escapeMrkdwn(href);
  return label === '' || isMisleading || label === href
    ? `<${address}>`
    : `<${address}|${escapeMrkdwn(label).replaceAll('|', '¦')}>`;
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}
