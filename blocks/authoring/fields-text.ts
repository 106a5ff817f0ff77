import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { clip, oneLine } from '../escape.ts';
import { stepNameFrom } from '../step-name.ts';
import { humanise } from '../task-view.ts';
import { type FieldDraft, type FieldKind, putField } from './field-schema.ts';

export const fieldsTextHint =
  'One field on each line, or separated by “;”, such as: “Risk: low, high” · “Amount: number” · “Signed: yes/no” · “Due: date” · “Parties: list” · “Summary”. Conditions and later steps can use each of them. Empty: it gives a text.';

const maxFields = 30;
const kindWords: readonly (readonly [RegExp, FieldKind])[] = [
  [/^(text|string)$/i, 'text'],
  [/^(long text)$/i, 'long_text'],
  [/^(number|amount|decimal)$/i, 'number'],
  [/^(whole number|integer|int|count)$/i, 'integer'],
  [/^(yes ?\/ ?no|yes or no|boolean|true\/false)$/i, 'yes_no'],
  [/^date$/i, 'date'],
  [/^(email|e-mail|email address)$/i, 'email'],
  [/^(list|texts|several)$/i, 'list'],
];

export type ParsedFields = { schema: JsonSchema | null; problem: null } | { schema: null; problem: string };

/** Fields as people write them, "Risk: low, high" on a line, as a schema of them all; null where there are none. */
export function parseFieldsText(text: string): ParsedFields {
  const lines = text
    .split(/[\n\r;]+/)
    .map((line) => oneLine(line).replace(/^[-•*]\s*/, ''))
    .filter((line) => line !== '');
  if (lines.length === 0) return { schema: null, problem: null };
  if (lines.length > maxFields)
    return { schema: null, problem: `At most ${maxFields} fields; these are ${lines.length}.` };
  let schema: JsonSchema = { type: 'object', properties: {} };
  const taken: string[] = [];
  for (const line of lines) {
    const field = parseField(line);
    if (typeof field === 'string') return { schema: null, problem: field };
    if (taken.includes(field.key)) return { schema: null, problem: `“${clip(line, 60)}” is there twice.` };
    schema = putField(schema, field, null, taken.length);
    taken.push(field.key);
  }
  return { schema: { ...schema, additionalProperties: false }, problem: null };
}

/** @returns a text that says what is wrong */
function parseField(line: string): FieldDraft | string {
  const at = line.indexOf(':');
  const label = (at === -1 ? line : line.slice(0, at)).trim();
  const what = at === -1 ? 'text' : line.slice(at + 1).trim();
  if (label === '' || label.length > 100)
    return `“${clip(line, 60)}” has no name before the colon, or a very long one.`;
  const key = stepNameFrom(label, []);
  const common = {
    key,
    label: humanise(key) === label ? '' : label,
    required: true,
    description: '',
    schema: null,
  };
  const kind = kindWords.find(([pattern]) => pattern.test(what))?.[1];
  if (kind !== undefined) return { ...common, kind, choices: [] };
  const choices = [...new Set(what.split(/,|\bor\b|\|/).map((choice) => choice.trim()))].filter(
    (choice) => choice !== '',
  );
  if (choices.length > 1) return { ...common, kind: 'choice', choices };
  return `“${clip(line, 60)}”: behind the colon write number, whole number, yes/no, date, email, list or text, or choices such as “low, high”.`;
}
