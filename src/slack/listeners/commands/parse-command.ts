import { distance } from 'fastest-levenshtein';
import { type Verb, verbs } from '../../../../blocks/verbs.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { tokenize } from './tokenize.ts';
import { typedText } from './typed-text.ts';

export type ParsedCommand =
  | { kind: 'menu' }
  /** `name`: what stands behind the verb. `values`: its `key=value` pairs, as texts. `text`: all of it, as it was typed. */
  | { kind: 'verb'; verb: Verb; name: string; values: JsonObject; text: string }
  /** `rest`: what stands behind the word that is no verb, as it was typed. */
  | { kind: 'unknown'; typed: string; suggestion: Verb | null; rest: string; wholeText: string };

const maxTypos = 2;

/** Reads what stands behind `/workflow`. */
export function parseCommand(text: string): ParsedCommand {
  const wholeText = typedText(text).trim();
  if (wholeText === '') return { kind: 'menu' };
  const { words, values } = tokenize(wholeText);
  const typed = words[0] ?? wholeText;
  const verb = verbs.find((candidate) => candidate === typed.toLowerCase());
  if (verb === undefined) {
    const rest = wholeText.startsWith(typed) ? wholeText.slice(typed.length).trim() : '';
    return { kind: 'unknown', typed, suggestion: nearestVerb(typed.toLowerCase()), rest, wholeText };
  }
  const name = words.slice(1).join(' ').trim();
  return { kind: 'verb', verb, name, values, text: wholeText.slice(typed.length).trim() };
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
