import { isJsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { clip } from './escape.ts';
import type { Choice, Control } from './form-field.ts';
import { limits } from './limits.ts';

const maxDescriptionLength = 1_000;
const maxNamesLength = 600;

const formatHints: Record<string, string> = {
  email: 'An email address, such as ana@example.com.',
  date: 'A date.',
  'date-time': 'A date and time with its offset, such as 2026-03-01T09:00:00Z.',
  time: 'A time with its offset, such as 09:00:00Z.',
  uri: 'A web address, such as https://example.com.',
  url: 'A web address, such as https://example.com.',
};

/**
 * What stands below an input: the schema's description, and how to write the value. `parent` names the
 * optional object in which the field is required.
 */
export function fieldHint(schema: JsonSchema, control: Control, parent: string | null): string {
  const description = typeof schema['description'] === 'string' ? schema['description'].trim() : '';
  const needed = parent === null ? '' : `Needed when anything of “${clip(parent, 100)}” is filled in.`;
  const parts = [asSentence(clip(description, maxDescriptionLength)), howToWrite(schema, control), needed];
  return clip(parts.filter((part) => part !== '').join(' '), limits.hintText);
}

/** What follows must not run into it. */
function asSentence(text: string): string {
  return text === '' || /[.!?…:]$/.test(text) ? text : `${text}.`;
}

function howToWrite(schema: JsonSchema, control: Control): string {
  switch (control.kind) {
    case 'text':
      return textHint(schema);
    case 'number':
      return numberHint(schema, control.integer);
    case 'list':
      return [listHint(control.item), countHint(schema)].filter((part) => part !== '').join(' ');
    case 'choice-text':
      return `One of: ${names(control.choices)}.`;
    case 'choices-text':
      return `Any of these, separated by commas: ${names(control.choices)}.`;
    case 'choices':
      return countHint(schema);
    case 'any':
      return 'A text, or JSON.';
    case 'json':
      return jsonHint(schema);
    case 'date':
    case 'yes-no':
    case 'tick':
    case 'choice':
      return '';
  }
}

function textHint(schema: JsonSchema): string {
  const { format, pattern, description } = schema;
  const known = typeof format === 'string' && Object.hasOwn(formatHints, format) ? formatHints[format] : '';
  const length = rangeWords(schema['minLength'], schema['maxLength']);
  const hasLength = length !== '' && (schema['maxLength'] !== undefined || Number(schema['minLength']) > 1);
  const shape =
    typeof pattern === 'string' && description === undefined ? `Must match ${clip(pattern, 200)}` : '';
  return [known ?? '', hasLength ? `${capitalise(length)} characters.` : '', shape]
    .filter((part) => part !== '')
    .join(' ');
}

/** "A whole number from 1 to 100." */
function numberHint(schema: JsonSchema, integer: boolean): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const words = [integer ? 'A whole number' : 'A number'];
  if (typeof minimum === 'number' && typeof maximum === 'number') words.push(`from ${minimum} to ${maximum}`);
  else if (typeof minimum === 'number') words.push(`of at least ${minimum}`);
  else if (typeof maximum === 'number') words.push(`of at most ${maximum}`);
  if (typeof exclusiveMinimum === 'number') words.push(`above ${exclusiveMinimum}`);
  if (typeof exclusiveMaximum === 'number') words.push(`below ${exclusiveMaximum}`);
  if (typeof multipleOf === 'number' && !(integer && multipleOf === 1))
    words.push(`in steps of ${multipleOf}`);
  return `${words.join(' ')}.`;
}

function listHint(item: 'string' | 'number' | 'integer'): string {
  if (item === 'string') return 'Several are separated by commas.';
  return `${item === 'integer' ? 'Whole numbers' : 'Numbers'}, separated by commas.`;
}

function countHint(schema: JsonSchema): string {
  const words = rangeWords(schema['minItems'], schema['maxItems']);
  return words === '' ? '' : `${capitalise(words)} of them.`;
}

function jsonHint(schema: JsonSchema): string {
  const shape = schema['type'] === 'array' || schema['items'] !== undefined ? 'JSON: a list [ … ]' : 'JSON';
  const holder = isJsonObject(schema['items']) ? schema['items'] : schema;
  const properties = isJsonObject(holder['properties']) ? Object.keys(holder['properties']) : [];
  if (properties.length === 0) return schema['type'] === 'object' ? 'JSON: { … }' : shape;
  const keys = clip(properties.map((name) => `"${name}": …`).join(', '), maxNamesLength);
  return isJsonObject(schema['items']) ? `JSON: [ { ${keys} } ]` : `JSON: { ${keys} }`;
}

function rangeWords(min: unknown, max: unknown): string {
  if (typeof min === 'number' && typeof max === 'number')
    return min === max ? `exactly ${min}` : `${min} to ${max}`;
  if (typeof min === 'number' && min > 0) return `at least ${min}`;
  return typeof max === 'number' ? `at most ${max}` : '';
}

function names(choices: readonly Choice[]): string {
  return clip(choices.map(({ label }) => label).join(', '), maxNamesLength);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
