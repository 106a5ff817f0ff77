import type { JsonValue } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';

/** One value that can be chosen. `optionValue` is what Slack carries for it, at most 75 characters. */
export interface Choice {
  label: string;
  optionValue: string;
  value: JsonValue;
}

/** How a field is asked. */
export type Control =
  | { kind: 'text'; multiline: boolean }
  | { kind: 'number'; integer: boolean }
  | { kind: 'date' }
  /** Yes or No, because one of them must be chosen. */
  | { kind: 'yes-no' }
  /** A box to tick, or not. */
  | { kind: 'tick' }
  | { kind: 'choice'; choices: Choice[] }
  /** More choices than a menu holds: typed. */
  | { kind: 'choice-text'; choices: Choice[] }
  | { kind: 'choices'; choices: Choice[] }
  | { kind: 'choices-text'; choices: Choice[] }
  | { kind: 'list'; item: 'string' | 'number' | 'integer' }
  /** The schema says nothing: a text, or JSON. */
  | { kind: 'any' }
  /** What a form cannot ask in another way. */
  | { kind: 'json' };

/** One input block. */
export interface FormField {
  kind: 'field';
  key: string;
  path: string[];
  blockId: string;
  /** With the labels of its parents: `Assignee › Email`. */
  label: string;
  hint: string;
  /** True when the form cannot be sent without it. */
  required: boolean;
  /** What an empty field means; undefined: it is left out. */
  whenEmpty: JsonValue | undefined;
  defaultValue: JsonValue | undefined;
  control: Control;
  schema: JsonSchema;
}

/** An object whose fields are asked one by one. */
export interface FormGroup {
  kind: 'group';
  key: string;
  path: string[];
  label: string;
  /** True when the object must be there even if nothing in it is filled in. */
  required: boolean;
  defaultValue: JsonValue | undefined;
  schema: JsonSchema;
  children: FormNode[];
}

export type FormNode = FormGroup | FormField;

/** What somebody typed or chose, whatever the input was. Both empty when they did neither. */
export interface RawInput {
  text: string;
  selected: string[];
}

export const emptyInput: RawInput = { text: '', selected: [] };

export function isEmptyInput({ text, selected }: RawInput): boolean {
  return text.trim() === '' && selected.length === 0;
}

/** All input blocks in order. */
export function listFields(node: FormNode): FormField[] {
  return node.kind === 'field' ? [node] : node.children.flatMap(listFields);
}
