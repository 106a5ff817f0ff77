import { distance } from 'fastest-levenshtein';
import type { Verb } from '../../../../blocks/menu.ts';
import type { JsonObject } from '../../../domain/json.ts';

/** In the order in which the help lists them. */
export const verbs: readonly Verb[] = ['start', 'status', 'list', 'new', 'help'];

export type ParsedCommand =
  | { kind: 'menu' }
  /** `name`: what stands behind the verb. `values`: its `key=value` pairs, for a form. */
  | { kind: 'verb'; verb: Verb; name: string; values: JsonObject }
  | { kind: 'unknown'; typed: string; suggestion: Verb | null; wholeText: string };

/** `key=value`, where the value may be quoted. */
const tokenPattern = /([\p{L}_][\p{L}\p{N}_.]*)=(?:"([^"]*)"|(\S*))|"([^"]*)"|(\S+)/gu;
const maxTypos = 2;

/** Reads what stands behind `/workflow`. Phones turn quotes into curly ones; those count as straight. */
export function parseCommand(text: string): ParsedCommand {
  const wholeText = unescape(text)
    .replace(/[“”„«»]/g, '"')
    .trim();
  if (wholeText === '') return { kind: 'menu' };
  const { tokens, values } = tokenize(wholeText);
  const typed = tokens[0] ?? wholeText;
  const verb = verbs.find((candidate) => candidate === typed.toLowerCase());
  if (verb === undefined) {
    return { kind: 'unknown', typed, suggestion: nearestVerb(typed.toLowerCase()), wholeText };
  }
  const name = tokens.slice(1).join(' ').trim();
  return { kind: 'verb', verb, name, values };
}

/** Slack escapes these three, and only these, in what people type. */
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function tokenize(text: string): { tokens: string[]; values: JsonObject } {
  const tokens: string[] = [];
  const values: JsonObject = {};
  for (const match of text.matchAll(tokenPattern)) {
    const [, key, quotedValue, plainValue, quoted, plain] = match;
    if (key !== undefined && key !== '__proto__') values[key] = quotedValue ?? plainValue ?? '';
    else if (key === undefined) tokens.push(quoted ?? plain ?? '');
  }
  return { tokens, values };
}

/** The verb that begins with what was typed, or that it misses by a slip or two. */
function nearestVerb(typed: string): Verb | null {
  const begun = verbs.filter((verb) => typed.length >= 2 && verb.startsWith(typed));
  const [only] = begun;
  if (only !== undefined && begun.length === 1) return only;
  const [nearest] = verbs
    .map((verb) => ({ verb, wrong: distance(typed, verb) }))
    .sort((left, right) => left.wrong - right.wrong);
  if (nearest === undefined) return null;
  return nearest.wrong <= Math.min(maxTypos, Math.floor(nearest.verb.length / 2)) ? nearest.verb : null;
}
