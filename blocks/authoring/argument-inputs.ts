import type { InputBlock } from '@slack/types';
import type { Definition } from '../../src/domain/definition.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { findArgumentErrors, hasTemplate } from '../../src/domain/tool-arguments.ts';
import type { ToolInfo } from '../../src/domain/tool-server.ts';
import { placeErrors, type FormErrors } from '../form-errors.ts';
import { type FormField, listFields } from '../form-field.ts';
import { formFromSchema } from '../form-from-schema.ts';
import { type FormState, parseTyped, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { textInput } from './form-inputs.ts';
import { findTemplateProblem } from './template-problem.ts';

type Known = Pick<Definition, 'inputsSchema' | 'steps'>;

/** The block of all arguments as JSON, where the tool does not say which it has. */
export const argumentsJsonBlock = 'arguments_json';

const maxLabel = 200;

/**
 * Asks for the arguments of a tool: one text for each, because each may be a template. `tool` undefined: its
 * server does not tell it now, so they are written as JSON.
 */
export function argumentInputs(tool: ToolInfo | undefined, args: JsonObject): InputBlock[] {
  const fields = fieldsOf(tool);
  if (fields === null) return [jsonInput(args)];
  return fields.map((field) => {
    const value = valueAt(args, field.path);
    const text = value === undefined ? '' : printArgument(field, value);
    return textInput({
      blockId: blockIdOf(field),
      label: field.label.slice(0, maxLabel),
      hint: hintOf(field),
      multiline: field.control.kind === 'json' || text.length > 80 || text.includes('\n'),
      // A tool may fill in what is missing, and a long text may be kept.
      optional: !field.required || text.length > limits.inputLength,
      initial: text,
    });
  });
}

/** The arguments as they were typed, and what is wrong with them, as far as that can be known before a task runs. */
export function readArguments(
  tool: ToolInfo | undefined,
  before: JsonObject,
  definition: Known,
  state: FormState,
): { args: JsonObject; errors: FormErrors } {
  const fields = fieldsOf(tool);
  const errors: FormErrors = {};
  if (fields === null) return { args: readJson(before, definition, state, errors), errors };
  const args: JsonObject = keepOthers(tool?.inputSchema ?? {}, before, fields);
  for (const field of fields) {
    const blockId = blockIdOf(field);
    const old = valueAt(before, field.path);
    const typed = readText(state, blockId);
    const isKept =
      old !== undefined && (typed === printArgument(field, old).trim() || isTooLong(field, old, typed));
    if (isKept && old !== undefined) putAt(args, field.path, old);
    else if (typed !== '') {
      const read = readArgument(field, typed);
      if (read.ok) putAt(args, field.path, read.value);
      else errors[blockId] = read.message;
    }
    const problem = typed.includes('{{') ? findTemplateProblem(typed, definition) : null;
    if (problem !== null) errors[blockId] = problem;
  }
  const found = tool === undefined ? [] : findArgumentErrors(tool, args);
  const own = found.map(({ path, message }) => ({ path: path.replace(/^arguments\/?/, ''), message }));
  const placed = placeErrors(formFromSchema(tool?.inputSchema ?? {}), own);
  for (const [blockId, message] of Object.entries(placed)) errors[prefixed(blockId)] ??= message;
  return { args, errors };
}

/** Null: the tool does not say which arguments it has, or its server does not tell it now. */
function fieldsOf(tool: ToolInfo | undefined): FormField[] | null {
  if (tool === undefined) return null;
  const form = formFromSchema(tool.inputSchema);
  return form.kind === 'field' ? null : listFields(form);
}

function jsonInput(args: JsonObject): InputBlock {
  const text = Object.keys(args).length === 0 ? '' : JSON.stringify(args, null, 2);
  return textInput({
    blockId: argumentsJsonBlock,
    label: 'Arguments, as JSON',
    hint: 'Such as { "customer": "{{inputs.customer}}", "limit": 5 }. Empty: none.',
    multiline: true,
    optional: true,
    initial: text,
  });
}

function readJson(before: JsonObject, definition: Known, state: FormState, errors: FormErrors): JsonObject {
  const typed = readText(state, argumentsJsonBlock);
  const isKept = typed === '' && JSON.stringify(before, null, 2).length > limits.inputLength;
  if (isKept) return before;
  if (typed === '') return {};
  const value = parseJson(typed);
  if (!isJsonObject(value)) {
    errors[argumentsJsonBlock] = 'Must be JSON, such as { "customer": "{{inputs.customer}}" }.';
    return before;
  }
  const problem = typed.includes('{{')
    ? findTemplateProblem(templatesOf(value).join('\n'), definition)
    : null;
  if (problem !== null) errors[argumentsJsonBlock] = problem;
  return value;
}

/** What the form does not ask about stays, where the tool may want it. */
function keepOthers(schema: JsonSchema, before: JsonObject, fields: readonly FormField[]): JsonObject {
  if (schema['additionalProperties'] === false) return {};
  const asked = new Set(fields.map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(before).filter(([name]) => !asked.has(name)));
}

type Read = { ok: true; value: JsonValue } | { ok: false; message: string };

function readArgument(field: FormField, typed: string): Read {
  if (!typed.includes('{{')) return parseTyped(field, typed);
  switch (field.control.kind) {
    case 'json':
    case 'choices':
    case 'choices-text': {
      const value = parseJson(typed);
      const message = 'Must be JSON, with templates inside its texts, such as { "name": "{{inputs.name}}" }.';
      return value === undefined ? { ok: false, message } : { ok: true, value };
    }
    case 'list':
      return field.control.item === 'string'
        ? parseTyped(field, typed)
        : { ok: false, message: 'Write the numbers out: a template gives text.' };
    default:
      return { ok: true, value: typed };
  }
}

function hintOf({ hint, control }: FormField): string {
  const choices =
    control.kind === 'choice' ? `One of: ${control.choices.map(({ label }) => label).join(', ')}.` : '';
  const yesNo = control.kind === 'yes-no' || control.kind === 'tick' ? 'Yes or no.' : '';
  return [hint, choices, yesNo]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, limits.hintText);
}

function printArgument({ control }: FormField, value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const items = control.kind === 'list' && Array.isArray(value) ? value.map(printItem) : [''];
  if (items.every((item) => item !== '' && !/[,\n[{]/.test(item))) return items.join(', ');
  return JSON.stringify(value, null, typeof value === 'object' ? 2 : 0);
}

function printItem(item: JsonValue): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

function isTooLong(field: FormField, old: JsonValue, typed: string): boolean {
  return typed === '' && printArgument(field, old).length > limits.inputLength;
}

function blockIdOf({ blockId }: FormField): string {
  return prefixed(blockId);
}

/** The tool's own names must not meet those of other inputs of the form. */
function prefixed(blockId: string): string {
  return `argument:${blockId}`.slice(0, limits.blockId);
}

function valueAt(args: JsonObject, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, key) => (isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    args,
  );
}

function putAt(args: JsonObject, path: readonly string[], value: JsonValue): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    args[key] = value;
    return;
  }
  const below = isJsonObject(args[key]) ? args[key] : {};
  args[key] = below;
  putAt(below, rest, value);
}

function templatesOf(value: JsonValue): string[] {
  if (typeof value === 'string') return hasTemplate(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(templatesOf) : [];
}

function parseJson(text: string): JsonValue | undefined {
  for (const candidate of [text, text.replace(/[“”]/g, '"')]) {
    try {
      return JSON.parse(candidate) as JsonValue;
    } catch {
      // Phones turn straight quotes into curly ones.
    }
  }
  return undefined;
}
