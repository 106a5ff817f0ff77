import type { KnownBlock, ModalView } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { context } from '../elements.ts';
import { clip, oneLine } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { stepNameFrom } from '../step-name.ts';
import { humanise } from '../task-view.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import {
  type FieldDraft,
  fieldKeys,
  type FieldKind,
  fieldKinds,
  putField,
  readField,
  removeField,
} from './field-schema.ts';
import {
  choiceInput,
  keepHint,
  readChoice,
  readOrKeep,
  readYesNo,
  textInput,
  yesNoInput,
} from './form-inputs.ts';
import { parseSchemaText } from './schema-text.ts';

export const fieldBlocks = {
  label: 'field_label',
  kind: 'field_kind',
  required: 'field_required',
  description: 'field_description',
  choices: 'field_choices',
  key: 'field_key',
  json: 'field_json',
  startsWith: 'field_starts_with',
  position: 'field_position',
  keep: 'field_keep',
} as const;

export interface FieldFormOptions {
  about: string;
  schema: JsonSchema;
  /** Null for a new field. */
  key: string | null;
  /** The template with whose value the field starts; null where fields start empty. */
  startsWith: string | null;
  metadata: string;
}

/** `key`: what the field is called now; null when it was removed. `startsWith`: '' for nothing. */
export interface FieldFormResult {
  schema: JsonSchema;
  key: string | null;
  startsWith: string;
  errors: FormErrors;
}

const maxLabelLength = 100;
const maxDescriptionLength = 1_000;
const maxKeyLength = 63;
const maxChoices = 100;

/** Asks for one field of a form. */
export function fieldForm({ about, schema, key, startsWith, metadata }: FieldFormOptions): ModalView {
  const field = key === null ? null : readField(schema, key);
  return modal({
    callbackId: authoringCallbacks.field,
    title: field === null ? 'Add a field' : 'Change a field',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(about),
      ...mainInputs(field),
      choiceInput({
        blockId: fieldBlocks.position,
        label: 'Place',
        choices: positionsOf(schema, key),
        initial: placeOf(schema, key),
      }),
      ...(startsWith === null ? [] : [startsWithInput(startsWith)]),
      ...rareInputs(field),
    ],
  });
}

function mainInputs(field: FieldDraft | null): KnownBlock[] {
  const label = labelOf(field);
  const description = field?.description ?? '';
  const isLabelTooLong = label.length > maxLabelLength;
  return [
    textInput({
      blockId: fieldBlocks.label,
      label: 'Label',
      hint: isLabelTooLong ? keepHint : 'What people read above it, such as “Customer”.',
      max: maxLabelLength,
      optional: isLabelTooLong,
      initial: label,
    }),
    choiceInput({
      blockId: fieldBlocks.kind,
      label: 'Type',
      // All other schemas are pasted with those of the other fields.
      choices: fieldKinds.filter(([kind]) => kind !== 'json' || field?.kind === 'json'),
      initial: field?.kind ?? 'text',
    }),
    yesNoInput({
      blockId: fieldBlocks.required,
      label: 'Must it be filled in?',
      initial: field?.required ?? true,
    }),
    textInput({
      blockId: fieldBlocks.description,
      label: 'Description',
      hint: description.length > maxDescriptionLength ? keepHint : 'Shown below it.',
      max: maxDescriptionLength,
      optional: true,
      initial: description,
    }),
    textInput({
      blockId: fieldBlocks.choices,
      label: 'Choices',
      hint: isTooLong(writeChoices(field))
        ? keepHint
        : `Only for the types with choices: separated by commas, or one on each line. At most ${maxChoices}.`,
      multiline: true,
      optional: true,
      initial: writeChoices(field),
    }),
  ];
}

function labelOf(field: FieldDraft | null): string {
  return field === null ? '' : field.label || humanise(field.key);
}

function startsWithInput(initial: string): KnownBlock {
  return textInput({
    blockId: fieldBlocks.startsWith,
    label: 'Starts with',
    hint:
      initial.length > limits.inputLength
        ? keepHint
        : 'A text or a template, such as {{steps.draft.output.text}}; whoever decides can edit it before.',
    optional: true,
    initial,
  });
}

function rareInputs(field: FieldDraft | null): KnownBlock[] {
  const key = field?.key ?? '';
  return [
    textInput({
      blockId: fieldBlocks.key,
      label: 'Name in templates',
      hint: key.length > maxKeyLength ? keepHint : 'Letters, digits and _. Empty: it follows from the label.',
      max: maxKeyLength,
      optional: true,
      initial: key,
    }),
    ...(field === null || field.schema === null
      ? []
      : [
          textInput({
            blockId: fieldBlocks.json,
            label: 'JSON Schema of the field',
            hint: 'For the type “Something else”.',
            multiline: true,
            optional: true,
            initial: JSON.stringify(field.schema, null, 2),
          }),
        ]),
    ...(field === null
      ? []
      : [
          choiceInput({
            blockId: fieldBlocks.keep,
            label: 'Keep this field?',
            choices: [
              ['keep', 'Keep it'],
              ['remove', 'Remove it'],
            ],
            initial: 'keep',
          }),
        ]),
  ];
}

/** The schema with the field as it was typed. What is too long for the form stays. */
export function readFieldForm(
  { schema, key, startsWith: startedWith }: Pick<FieldFormOptions, 'schema' | 'key' | 'startsWith'>,
  state: FormState,
): FieldFormResult {
  const before = key === null ? null : readField(schema, key);
  if (key !== null && readChoice(state, fieldBlocks.keep, ['keep', 'remove'], 'keep') === 'remove')
    return { schema: removeField(schema, key), key: null, startsWith: '', errors: {} };
  const errors: FormErrors = {};
  const label = oneLine(readOrKeep(state, fieldBlocks.label, labelOf(before), maxLabelLength));
  if (label === '') errors[fieldBlocks.label] = 'Please give it a label.';
  const others = fieldKeys(schema).filter((name) => name !== key);
  const field: FieldDraft = {
    key: key !== null && keepsKey(state, key) ? key : readKey(state, label, others, errors),
    label: '',
    kind: readChoice<FieldKind>(
      state,
      fieldBlocks.kind,
      fieldKinds.map(([kind]) => kind),
      before?.kind ?? 'text',
    ),
    required: readYesNo(state, fieldBlocks.required, before?.required ?? true),
    description: readOrKeep(state, fieldBlocks.description, before?.description ?? '', maxDescriptionLength),
    choices: [],
    schema: null,
  };
  field.label = humanise(field.key) === label ? '' : label;
  if (field.kind === 'choice' || field.kind === 'choices') field.choices = readChoices(state, before, errors);
  else refuseNewChoices(state, before, errors);
  if (field.kind === 'json') field.schema = readJson(state, before, errors);
  const chosen = state[fieldBlocks.position]?.['value']?.selected_option?.value;
  const position = chosen === undefined ? Number(placeOf(schema, key)) : Number(chosen);
  const place = Number.isInteger(position) && position >= 0 ? position : others.length;
  const startsWith = readOrKeep(state, fieldBlocks.startsWith, startedWith ?? '');
  return { schema: putField(schema, field, key, place), key: field.key, startsWith, errors };
}

function keepsKey(state: FormState, before: string): boolean {
  return before.length > maxKeyLength && readText(state, fieldBlocks.key) === '';
}

/** Two forms that were sent at once must not make two fields, so a new name is not made different from others. */
function readKey(state: FormState, label: string, others: readonly string[], errors: FormErrors): string {
  const typed = readText(state, fieldBlocks.key);
  const key = typed === '' ? stepNameFrom(label, []) : typed;
  if (!/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/.test(key))
    errors[fieldBlocks.key] = 'Use letters, digits and _ only, beginning with a letter or _.';
  if (others.includes(key))
    errors[typed === '' ? fieldBlocks.label : fieldBlocks.key] = `There is a field called ${key} already.`;
  return key;
}

/** Nothing keeps those that were too many to be filled in. */
function readChoices(state: FormState, before: FieldDraft | null, errors: FormErrors): string[] {
  if (readText(state, fieldBlocks.choices) === '' && isTooLong(writeChoices(before)))
    return before?.choices ?? [];
  const text = readText(state, fieldBlocks.choices);
  const separator = text.includes('\n') ? /[\r\n]+/ : /,/;
  const choices = [...new Set(text.split(separator).map((choice) => oneLine(choice)))].filter(
    (choice) => choice !== '',
  );
  if (choices.length === 0) errors[fieldBlocks.choices] = 'Please say what can be chosen.';
  if (choices.length > maxChoices)
    errors[fieldBlocks.choices] = `At most ${maxChoices} choices; these are ${choices.length}.`;
  return choices;
}

function writeChoices(field: FieldDraft | null): string {
  const choices = field?.choices ?? [];
  return choices.join(choices.some((text) => text.includes(',')) ? '\n' : ', ');
}

function isTooLong(text: string): boolean {
  return text.length > limits.inputLength;
}

/** Choices that were typed must not be lost because the type above was left as it is. */
function refuseNewChoices(state: FormState, before: FieldDraft | null, errors: FormErrors): void {
  const typed = readText(state, fieldBlocks.choices);
  if (typed === '' || typed === writeChoices(before)) return;
  errors[fieldBlocks.choices] =
    'Choose “One of several choices” or “Several of several choices” as the type above, or leave this empty.';
}

function readJson(state: FormState, before: FieldDraft | null, errors: FormErrors): JsonSchema | null {
  const typed = readText(state, fieldBlocks.json);
  const kept = before?.schema ?? null;
  if (typed === '' && kept !== null && JSON.stringify(kept, null, 2).length > limits.inputLength) return kept;
  const parsed = parseSchemaText(typed);
  if (parsed.schema === null) errors[fieldBlocks.json] = parsed.problem;
  return parsed.schema;
}

function positionsOf(schema: JsonSchema, key: string | null): (readonly [string, string])[] {
  const others = fieldKeys(schema).filter((name) => name !== key);
  const after = others.map((name, index) => {
    const label = readField(schema, name)?.label || humanise(name);
    return [String(index + 1), `After “${clip(label, 50)}”`] as const;
  });
  return [['0', 'First'], ...after.slice(-98)];
}

function placeOf(schema: JsonSchema, key: string | null): string {
  const keys = fieldKeys(schema);
  return String(key === null ? keys.length : Math.max(keys.indexOf(key), 0));
}
