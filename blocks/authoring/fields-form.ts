import type { KnownBlock, ModalView } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { bold, context, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { groupLines } from '../fit-lines.ts';
import { type FormState, readInput } from '../form-reader.ts';
import { humanise } from '../task-view.ts';
import { modal } from '../modal.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { fieldKeys, fieldKinds, hasFields, readField } from './field-schema.ts';
import { choiceInput } from './form-inputs.ts';

export interface FieldsFormOptions {
  /** Above the list: what asks for the fields. Escaped. */
  about: string;
  title: string;
  /** What templates call the object that holds the fields, such as `inputs`. */
  root: string;
  schema: JsonSchema;
  metadata: string;
  /** A line on top, in mrkdwn, such as that something was saved. */
  notice?: string;
}

/** What is to be done next. */
export type FieldsChoice = { kind: 'add' } | { kind: 'schema' } | { kind: 'field'; key: string };

const nextBlockId = 'fields_next';
const maxChoices = 98;
const maxSections = 20;

/** The fields that a form asks for, and the choice what to do with them. */
export function fieldsForm({ about, title, root, schema, metadata, notice }: FieldsFormOptions): ModalView {
  const fields = listFields(schema, root);
  const keys = fields.map(({ key }) => key);
  const lines = fields.map(({ text }, index) => `${index + 1}. ${text}`);
  const choices = keys
    .map((key, index) => [`field:${index}`, `Change “${clip(labelOf(schema, key), 50)}”`] as const)
    .slice(0, maxChoices);
  return modal({
    callbackId: authoringCallbacks.fields,
    title,
    submit: 'Continue',
    close: 'Done',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      context(about),
      ...listBlocks(schema, lines),
      choiceInput({
        blockId: nextBlockId,
        label: 'What do you want to do?',
        choices: [
          ...(hasFields(schema) ? [['add', 'Add a field'] as const] : []),
          ...choices,
          ['schema', 'Show or paste all of them as a JSON Schema'],
        ],
        ...(hasFields(schema) ? { initial: 'add' } : {}),
      }),
    ],
  });
}

/** @returns null when nothing was chosen, or a field that is no more */
export function readFieldsForm(schema: JsonSchema, state: FormState): FieldsChoice | null {
  const chosen = readInput(state, nextBlockId).selected[0] ?? '';
  if (chosen === 'schema' || chosen === 'add') return { kind: chosen };
  const key = fieldKeys(schema)[Number(/^field:(\d+)$/.exec(chosen)?.[1] ?? Number.NaN)];
  return key === undefined ? null : { kind: 'field', key };
}

/** The block at which an error of the list is shown. */
export const fieldsErrorBlock = nextBlockId;

function listBlocks(schema: JsonSchema, lines: readonly string[]): KnownBlock[] {
  if (!hasFields(schema))
    return [section('What it asks for is said by a JSON Schema that has no list of fields.')];
  if (lines.length === 0) return [section('No fields yet.')];
  return groupLines(lines, 2_500)
    .slice(0, maxSections)
    .map((text) => section(text));
}

/** The fields in the order of the form, each with what it is, in mrkdwn. None where the schema has no list of fields. */
export function listFields(schema: JsonSchema, root: string): { key: string; label: string; text: string }[] {
  const keys = hasFields(schema) ? fieldKeys(schema) : [];
  return keys.map((key) => ({ key, label: labelOf(schema, key), text: describeField(schema, root, key) }));
}

/** "*Amount* `amount`: Number, required", in mrkdwn. */
function describeField(schema: JsonSchema, root: string, key: string): string {
  const field = readField(schema, key);
  if (field === null) return inline(key);
  const kind = fieldKinds.find(([name]) => name === field.kind)?.[1] ?? '';
  const choices = field.choices.length === 0 ? '' : ` (${clip(inline(field.choices.join(', ')), 120)})`;
  const path = `${root}.${clip(inline(key).replaceAll('`', '’'), 70)}`;
  const name = `${bold(clip(labelOf(schema, key), 80))}  \`{{${path}}}\``;
  return `${name}: ${kind}${choices}${field.required ? ', required' : ''}`;
}

function labelOf(schema: JsonSchema, key: string): string {
  return readField(schema, key)?.label || humanise(key);
}
