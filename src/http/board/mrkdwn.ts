import { html, SafeHtml } from './html.ts';

/** How people, channels and user groups are shown, by their Slack ids. */
export type Labels = ReadonlyMap<string, string>;

const token = /<([@#!]|https?:)([^<>]*)>/g;
const mentionId = /<(?:@|#|!subteam\^)([A-Z0-9]{2,})/g;
const bold = /(^|[\s(“])\*([^*\n]+)\*(?=[\s).,:;!?…”]|$)/g;
const code = /`([^`\n]+)`/g;

/** The Slack ids that texts in mrkdwn mention, each once. */
export function mentionedIds(texts: Iterable<string>): string[] {
  const found = [...texts].flatMap((text) => [...text.matchAll(mentionId)].map(([, id]) => id ?? ''));
  return [...new Set(found)];
}

/**
 * Shows mrkdwn, the mark-up in which Slack tells of tasks, on a page: with the names that Slack would show, times in
 * the reader's time zone, and nothing alive that was not alive there. What people wrote was escaped when the text was made.
 *
 * Source: Slack's "Formatting text for app surfaces".
 */
export function mrkdwn(text: string, labels: Labels): SafeHtml {
  const lines = text.split('\n');
  const rows = lines.map((line) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted === null) return inlineMarkup(line, labels);
    return `<span class="quote">${inlineMarkup(quoted[1] ?? '', labels)}</span>`;
  });
  return new SafeHtml(rows.join('<br>'));
}

/** The same without any mark-up, for what is read out or stands in an attribute; not escaped. */
export function plainMrkdwn(text: string, labels: Labels): string {
  return text
    .replace(token, (_whole, sign: string, rest: string) => plainToken(sign, rest, labels))
    .replace(bold, '$1$2')
    .replace(code, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function inlineMarkup(line: string, labels: Labels): string {
  let markup = '';
  let end = 0;
  for (const match of line.matchAll(token)) {
    markup += escapeRest(line.slice(end, match.index)) + showToken(match[1] ?? '', match[2] ?? '', labels);
    end = match.index + match[0].length;
  }
  return withStyles(markup + escapeRest(line.slice(end)));
}

/** Entities stay; what else would be mark-up becomes text. */
function escapeRest(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function withStyles(markup: string): string {
  return markup
    .replace(code, (_whole, inner: string) => `<code>${inner}</code>`)
    .replace(bold, (_whole, before: string, inner: string) => `${before}<strong>${inner}</strong>`);
}

function showToken(sign: string, rest: string, labels: Labels): string {
  const date = dateOf(sign, rest);
  if (date !== null) return localTime(date).toString();
  const text = plainToken(sign, rest, labels);
  if (sign === '@') return html`<span class="mention">${text}</span>`.toString();
  if (!sign.startsWith('http')) return html`${text}`.toString();
  const [address = ''] = `${sign}${rest}`.split('|');
  return html`<a href="${unescape(address)}" rel="noreferrer">${text}</a>`.toString();
}

/** A moment, for the page's script to show in the reader's time zone. */
export function localTime(date: Date): SafeHtml {
  return html`<time datetime="${date.toISOString()}" data-local>${utcTime(date)}</time>`;
}

/** `2026-03-01 09:00 UTC` */
export function utcTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function dateOf(sign: string, rest: string): Date | null {
  const seconds = sign === '!' ? /^date\^(\d{1,12})\^/.exec(rest)?.[1] : undefined;
  return seconds === undefined ? null : new Date(Number(seconds) * 1_000);
}

function plainToken(sign: string, rest: string, labels: Labels): string {
  const [target = '', shown] = rest.split('|');
  const date = dateOf(sign, rest);
  if (date !== null) return utcTime(date);
  switch (sign) {
    case '@':
      return labels.get(target) ?? shown ?? target;
    case '#':
      return labels.get(target) ?? `#${shown ?? target}`;
    case '!': {
      const group = /^subteam\^(.+)$/.exec(target)?.[1];
      if (group !== undefined) return labels.get(group) ?? shown ?? `@${group}`;
      return shown ?? `@${target}`;
    }
    default:
      return unescape(shown ?? `${sign}${target}`);
  }
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
