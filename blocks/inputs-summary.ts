import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { hideSecrets, isSecretName, masked } from '../src/domain/secret-values.ts';
import { bold } from './elements.ts';
import { clip, inline, oneLine } from './escape.ts';
import { humanise } from './task-view.ts';

const maxShown = 6;
const maxInLine = 3;
const maxValueLength = 200;
const maxLabelLength = 80;

/**
 * What a task was started with, as texts for fields: label and value, the first few, each clipped.
 * Values whose name or schema says that they are secret are masked.
 */
export function summariseInputs(inputs: JsonObject, schema: JsonSchema): { shown: string[]; more: number } {
  const all = [...listValues(inputs, schema)];
  const shown = all
    .slice(0, maxShown)
    .map(({ labels, text }) => `${bold(clip(labels.join(' › '), maxLabelLength))}\n${text}`);
  return { shown, more: all.length - shown.length };
}

/** All of them: the label as it is, the value in mrkdwn, clipped, and masked where it is secret. */
export function listInputs(inputs: JsonObject, schema: JsonSchema): { label: string; text: string }[] {
  return [...listValues(inputs, schema)].map(({ labels, text }) => ({ label: labels.join(' › '), text }));
}

/** The same without labels, each value whole and on one line, not escaped; of what is secret there is none. */
export function listInputTexts(inputs: JsonObject, schema: JsonSchema): string[] {
  return [...listPlain(inputs, schema, [])].flatMap(({ value }) => (value === null ? [] : [oneLine(value)]));
}

/** The first few of them on one line: "Customer: Acme, Amount: 420"; '' when there are none. */
export function inputsLine(inputs: JsonObject, schema: JsonSchema): string {
  return [...listValues(inputs, schema)]
    .slice(0, maxInLine)
    .map(
      ({ labels, text }) =>
        `${clip(inline(labels.join(' › ')), maxLabelLength)}: ${clip(text, maxLabelLength)}`,
    )
    .join(', ');
}

/** True when a field of this name, or with this schema, holds what is not for everybody's eyes. */
export function isSecret(name: string, schema: JsonValue | undefined): boolean {
  if (isJsonObject(schema) && (schema['writeOnly'] === true || schema['format'] === 'password')) return true;
  return isSecretName(name);
}

/** The label of a field: its schema's title, else its name as people would write it. */
export function fieldLabel(name: string, schema: JsonValue | undefined): string {
  const title = isJsonObject(schema) ? schema['title'] : undefined;
  return typeof title === 'string' && title.trim() !== '' ? title.trim() : humanise(name);
}

function* listValues(values: JsonObject, schema: JsonSchema): Generator<{ labels: string[]; text: string }> {
  for (const { labels, value } of listPlain(values, schema, []))
    yield { labels, text: value === null ? masked : printValue(value) };
}

/** Null for what is secret. */
function* listPlain(
  values: JsonObject,
  schema: JsonValue | undefined,
  parents: readonly string[],
): Generator<{ labels: string[]; value: string | null }> {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, value] of Object.entries(values)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const labels = [...parents, fieldLabel(name, property)];
    if (isSecret(name, property)) yield { labels, value: null };
    else if (isJsonObject(value)) yield* listPlain(value, property, labels);
    else yield { labels, value: toWords(value) };
  }
}

function printValue(value: string): string {
  const text = inline(value);
  return text === '' ? '–' : clip(text, maxValueLength);
}

function toWords(value: JsonValue): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.map((item) => toWords(item)).join(', ');
  return isJsonObject(value) ? JSON.stringify(hideSecrets(value)) : String(value);
}
