/** What must not be cut in two: an entity, and Slack's own `<@U…>`, `<#C…>`, `<!date^…>`, `<https://…>`. */
const unbreakable = /&(?:amp|lt|gt);|<(?:[@#!]|https?:)[^<>]*>/g;
const urlPattern = /\bhttps?:\/\/[^\s<>"'|]*[^\s<>"'|.,;:!?)\]}]/g;
/** C0 and C1 controls other than tab and line breaks; bidirectional embeddings, overrides and isolates. */
const controls = /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** A longer address is shown as text: a link cannot be cut where it does not fit. */
const maxLinkLength = 500;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Makes text of people safe inside mrkdwn: no mention, link or date of theirs comes to life. */
export function escapeMrkdwn(text: string): string {
  return withoutControls(text).replace(/[&<>]/g, (character) => entities[character] ?? character);
}

/** Escaped, as a block of code that nothing in the text can end. */
export function codeBlock(text: string): string {
  return `\`\`\`${escapeMrkdwn(text).replaceAll('```', 'ˋˋˋ')}\`\`\``;
}

/** Without control characters, among them those that turn the direction of the text around them. */
export function withoutControls(text: string): string {
  return text.replace(controls, '');
}

/** Escaped, on one line: for names and values inside a sentence, where a line break could forge a line of ours. */
export function inline(text: string): string {
  return escapeMrkdwn(oneLine(text));
}

/** The text with every run of white space as one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Escaped, with web addresses as links: for the body of a message. */
export function escapeBody(text: string): string {
  let body = '';
  let end = 0;
  for (const match of text.matchAll(urlPattern)) {
    if (match[0].length > maxLinkLength) continue;
    body += `${escapeMrkdwn(text.slice(end, match.index))}<${escapeMrkdwn(match[0])}>`;
    end = match.index + match[0].length;
  }
  return body + escapeMrkdwn(text.slice(end));
}

/**
 * At most `max` UTF-16 code units, ending with `…` when something was left out. Never cuts a surrogate
 * pair, an entity or one of Slack's own tokens in half.
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, safeCut(text, max - 1)).trimEnd()}…`;
}

/** Each line prefixed by `> `, so that it shows as a quotation. */
export function quote(text: string): string {
  return text
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    .map((line) => `> ${line}`)
    .join('\n');
}

/**
 * Cuts a text into pieces of at most `max` code units, at the end of a line or word where there is one
 * near. At most `maxPieces`; the last one ends with `…` when something was left out.
 */
export function splitText(text: string, max: number, maxPieces: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > max && pieces.length < maxPieces - 1) {
    const cut = niceCut(rest, max);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') pieces.push(clip(rest, max));
  return pieces;
}

function niceCut(text: string, max: number): number {
  const hard = safeCut(text, max);
  for (const separator of ['\n', ' ']) {
    const at = text.lastIndexOf(separator, hard - 1);
    if (at > hard / 2) return safeCut(text, at + 1);
  }
  return hard;
}

/** The last place at or before `at` where the text may be cut. */
function safeCut(text: string, at: number): number {
  let cut = Math.max(at, 0);
  for (const match of text.matchAll(unbreakable)) {
    if (match.index >= cut) break;
    if (match.index + match[0].length > cut) cut = match.index;
  }
  const before = text.charCodeAt(cut - 1);
  return before >= 0xd800 && before <= 0xdbff ? cut - 1 : cut;
}
