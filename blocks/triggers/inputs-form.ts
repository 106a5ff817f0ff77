import type { ModalView } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { SlackTrigger } from '../../src/domain/trigger.ts';
import { type TextMatch, groupNames } from '../../src/domain/triggers/text-match.ts';
import { textInput } from '../authoring/form-inputs.ts';
import { blockNamed } from '../block-named.ts';
import { bold, context, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { type FormField, listFields } from '../form-field.ts';
import { formFromSchema } from '../form-from-schema.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { triggerCallbacks } from './trigger-ids.ts';

const maxFields = 40;
const messageWords = ['text', 'author', 'authorName', 'channel', 'link', 'ts', 'thread'];

/** What each input of the workflow gets. */
export function triggerInputsForm(options: {
  trigger: SlackTrigger;
  schema: JsonSchema;
  metadata: string;
  notice?: string;
  /** What the workflow needs is no optional input. Default: false, because Slack sends no form in which one is empty. */
  marksNeeded?: boolean;
}): ModalView {
  const { trigger, schema, metadata, notice, marksNeeded = false } = options;
  const fields = fieldsOf(schema);
  const { inputsTemplate } = trigger.settings;
  const variables = variablesOf(trigger).map((name) => `\`{{${name}}}\``);
  return modal({
    callbackId: triggerCallbacks.inputs,
    title: 'What the task gets',
    submit: fields.length === 0 ? null : 'Save',
    close: 'Close',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      section(
        fields.length === 0
          ? 'The workflow asks for nothing, so there is nothing to give. Add inputs on its card first.'
          : clip(
              `For each input a text, in which these stand for what was written: ${variables.join(' ')}`,
              2_000,
            ),
      ),
      ...fields.map((field) =>
        textInput({
          blockId: blockOf(field),
          label: clip(field.label, 200),
          ...(field.required ? { hint: 'Needed: without it no task is started.' } : {}),
          optional: !(marksNeeded && field.required),
          multiline: textOf(inputsTemplate, field).length > 100,
          initial: textOf(inputsTemplate, field),
        }),
      ),
      ...(fields.length < listFields(formFromSchema(schema)).length
        ? [context(`The first ${maxFields} inputs; the others are given through the API.`)]
        : []),
    ],
  });
}

/**
 * The mapping with what was typed; what the form does not show stays.
 *
 * @param schema as it is now: of an input that the form did not have, what it gets stays
 */
export function readTriggerInputs(trigger: SlackTrigger, schema: JsonSchema, state: FormState): Mapping {
  const { inputsTemplate } = trigger.settings;
  const mapping: Mapping = { ...inputsTemplate };
  for (const field of fieldsOf(schema)) {
    if (!Object.hasOwn(state, blockOf(field))) continue;
    const key = keyOf(field);
    const typed = readText(state, blockOf(field));
    const before = textOf(inputsTemplate, field);
    if (typed === '' && before.length <= limits.inputLength) delete mapping[key];
    else if (typed !== '' && typed !== before) mapping[key] = typed;
  }
  return mapping;
}

/** The block at which an error of the mapping is shown; null where no input has it. */
export function inputsBlockOf(schema: JsonSchema, path: string): string | null {
  const found = fieldsOf(schema).find((field) => path.endsWith(`/${keyOf(field)}`));
  return found === undefined ? null : blockOf(found);
}

/** A mapping to begin with: by the names of the inputs and of the groups. */
export function suggestMapping(schema: JsonSchema, match: TextMatch): Mapping {
  const groups = groupNames(match);
  const fields = fieldsOf(schema);
  const mapping: Mapping = {};
  for (const field of fields) {
    const suggestion = suggestFor(keyOf(field), groups);
    if (suggestion !== null) mapping[keyOf(field)] = suggestion;
  }
  const hasText = Object.values(mapping).includes('{{message.text}}');
  const first = fields.find(
    (field) => field.required && field.control.kind === 'text' && !(keyOf(field) in mapping),
  );
  if (!hasText && first !== undefined) mapping[keyOf(first)] = '{{message.text}}';
  return mapping;
}

/** What can stand in the texts. */
export function variablesOf({ kind, settings }: SlackTrigger): string[] {
  return [
    ...groupNames(settings.match).map((name) => `groups.${name}`),
    ...messageWords.map((word) => `message.${word}`),
    ...(kind === 'reaction' ? ['reaction.by'] : []),
  ];
}

/** What a sample text gives, in mrkdwn. */
export function describeMapped(entries: readonly (readonly [string, unknown])[]): string {
  const lines = entries.map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `• ${bold(clip(key, 60))}: ${clip(inline(text), 200)}`;
  });
  return clip(lines.join('\n'), 2_500);
}

const suggestions: readonly [RegExp, string][] = [
  [
    /^(text|message|description|details|body|content|summary|reason|issue|question|request|title|subject)$/i,
    '{{message.text}}',
  ],
  [/^(author|requester|reporter|requested_?by|reported_?by|user|person|who)$/i, '{{message.author}}'],
  [/^(link|url|permalink|source|message_?link)$/i, '{{message.link}}'],
  [/^(channel|channel_?id)$/i, '{{message.channel}}'],
];

function suggestFor(key: string, groups: readonly string[]): string | null {
  const group = groups.find((name) => name.toLowerCase() === key.toLowerCase());
  if (group !== undefined) return `{{groups.${group}}}`;
  return suggestions.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}

function fieldsOf(schema: JsonSchema): FormField[] {
  return listFields(formFromSchema(schema))
    .filter(({ path }) => path.length > 0)
    .slice(0, maxFields);
}

function keyOf({ path }: FormField): string {
  return path.join('.');
}

function textOf(mapping: Mapping, field: FormField): string {
  const value = Object.hasOwn(mapping, keyOf(field)) ? mapping[keyOf(field)] : undefined;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same for the same input, whatever else the workflow asks for by then. */
function blockOf(field: FormField): string {
  return blockNamed('trigger_input', keyOf(field));
}
