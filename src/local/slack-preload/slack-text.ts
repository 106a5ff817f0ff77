import type { Reader } from './slack-date.ts';
import { formatSlackDate } from './slack-date.ts';

const DATE = /<!date\^(-?\d+)\^([^<>|^]*)(?:\^([^<>|^]*))?(?:\|([^<>]*))?>/g;
const GROUP = /<!(?:subteam\^)?(\w+)(?:\|@?([^<>]*))?>/g;
/** A block of code. The page knows code only within a line. */
const CODE_BLOCK = /```\n?([\s\S]*?)\n?```/g;
const LINK = /<(https?:[^<>|]*)(?:\|([^<>]*))?>/g;
/** What the page would take for a mention or a link if the entity were a `<`. */
const LIVE_ENTITY = /&lt;(?=[@#]|https?:)/g;
const ZERO_WIDTH_SPACE = '\u200b';
const NO_BREAK_SPACE = '\u00a0';

/**
 * Puts a text in Slack's mrkdwn into what the page of the local workspace understands of it: dates are
 * written out for the reader, user groups and `<!here>` become names, and `&amp;`, `&lt;` and `&gt;` the
 * characters that they stand for; blocks of code become lines of code. Mentions of people and channels, links and styles are left to the page.
 *
 * Source: Slack's "Formatting text for app surfaces".
 */
export function renderSlackText(text: string, reader: Reader): string {
  return text
    .replace(CODE_BLOCK, (_token, code: string) => codeLines(code))
    .replace(DATE, (_token, unixSec: string, format: string, link?: string, fallback?: string) => {
      const shown = formatSlackDate(Number(unixSec), format, reader) ?? fallback ?? '';
      return link === undefined ? shown : `<${link}|${shown}>`;
    })
    .replace(GROUP, (_token, id: string, name?: string) => `@${name ?? id}`)
    .replace(LINK, (_token, url: string, label?: string) => renderLink(url, label))
    .replace(LIVE_ENTITY, `<${ZERO_WIDTH_SPACE}`)
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** The page leaves out spaces at the start of a line, so others stand for them; not in a command, which is there to be pasted. */
function codeLines(code: string): string {
  const isCommand = /\\$/m.test(code);
  const indented = isCommand ? code : code.replace(/^ +/gm, (spaces) => NO_BREAK_SPACE.repeat(spaces.length));
  return indented.split('\n').map(asCode).join('\n');
}

function asCode(line: string): string {
  return line.trim() === '' ? '' : `\`${line.replaceAll('`', 'ˋ')}\``;
}

/** The page ends a link at the first `>`, encoded or not. */
function renderLink(url: string, label: string | undefined): string {
  const address = url.replace(/&lt;/g, '%3C').replace(/&gt;/g, '%3E');
  return label === undefined ? `<${address}>` : `<${address}|${label.replace(/&gt;/g, '›')}>`;
}
