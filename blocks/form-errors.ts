import type { FieldError } from '../src/errors.ts';
import { type FormField, type FormNode, listFields } from './form-field.ts';

/** Messages by block id, as Slack shows them below the inputs. */
export type FormErrors = Record<string, string>;

/**
 * Puts each error at the input that it is about; what is about no input goes to the first one. An
 * input shows one error.
 */
export function placeErrors(form: FormNode, errors: readonly FieldError[]): FormErrors {
  const placed: FormErrors = {};
  for (const error of errors) {
    const { field, below } = locate(form, error.path) ?? { field: listFields(form)[0], below: '' };
    if (field === undefined || Object.hasOwn(placed, field.blockId)) continue;
    placed[field.blockId] = wordError(error.message, below);
  }
  return placed;
}

/** True when the error is about an input of the form itself, not about a place that has none. */
export function isLocated(form: FormNode, error: FieldError): boolean {
  return locate(form, error.path) !== null;
}

/** The field at or above the path, and what of the path is left below it; the first field of a group for the group. */
function locate(node: FormNode, path: string): { field: FormField; below: string } | null {
  if (node.kind === 'field') return { field: node, below: path };
  if (path === '') return null;
  for (const child of node.children) {
    for (const key of [child.key, escapePart(child.key)]) {
      if (path !== key && !path.startsWith(`${key}/`)) continue;
      const rest = path.slice(key.length + 1);
      const first = rest === '' ? listFields(child)[0] : undefined;
      return child.kind === 'group' && first !== undefined
        ? { field: first, below: '' }
        : locate(child, rest);
    }
  }
  return null;
}

function escapePart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

const wordings: readonly [RegExp, (...groups: string[]) => string][] = [
  [/^is required$/, () => 'Please fill this in.'],
  [/^must be integer$/, () => 'Must be a whole number.'],
  [/^must be number$/, () => 'Must be a number, such as 42 or 12.5.'],
  [/^must be boolean$/, () => 'Must be yes or no.'],
  [/^must be array$/, () => 'Must be a list.'],
  [/^must be >= (.+)$/, (limit) => `Must be at least ${limit}.`],
  [/^must be <= (.+)$/, (limit) => `Must be at most ${limit}.`],
  [/^must be > (.+)$/, (limit) => `Must be more than ${limit}.`],
  [/^must be < (.+)$/, (limit) => `Must be less than ${limit}.`],
  [/^must be multiple of (.+)$/, (step) => `Must be a multiple of ${step}.`],
  [/^must NOT have fewer than (\d+) characters?$/, (count) => `Must have at least ${count} characters.`],
  [/^must NOT have more than (\d+) characters?$/, (count) => `Must have at most ${count} characters.`],
  [/^must NOT have fewer than (\d+) items?$/, (count) => `Must have at least ${count} entries.`],
  [/^must NOT have more than (\d+) items?$/, (count) => `Must have at most ${count} entries.`],
  [/^must NOT have duplicate items.*$/, () => 'Must not have the same entry twice.'],
  [/^must match pattern "(.+)"$/, (pattern) => `Must match ${pattern}`],
  [/^must match format "email"$/, () => 'Must be an email address, such as ana@example.com.'],
  [/^must match format "date"$/, () => 'Must be a date, such as 2026-03-01.'],
  [
    /^must match format "date-time"$/,
    () => 'Must be a date and time with its offset, such as 2026-03-01T09:00:00Z.',
  ],
  [/^must match format "ur[il]"$/, () => 'Must be a web address, such as https://example.com.'],
  [/^must match format "(.+)"$/, (format) => `Must be a valid ${format}.`],
];

/** What a person reads below the input. `below` is where inside its value the error is. */
export function wordError(message: string, below: string): string {
  const words = reword(message);
  if (below === '') return words;
  const index = /^(\d+)$/.exec(below)?.[1];
  const place = index === undefined ? below : `Entry ${Number(index) + 1}`;
  return `${place}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function reword(message: string): string {
  for (const [pattern, say] of wordings) {
    const match = pattern.exec(message);
    if (match !== null) return say(...match.slice(1));
  }
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
