import { deriveId } from '../src/domain/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { controlFor } from './form-control.ts';
import { type Control, type FormField, type FormGroup, type FormNode, listFields } from './form-field.ts';
import { fieldHint } from './form-hint.ts';
import { fieldLabel } from './inputs-summary.ts';
import { limits } from './limits.ts';
import { hidesProperties, resolveSchema, typeOf } from './schema-parts.ts';

/** Input blocks of one form, with room for the blocks around them. */
const maxFields = 95;
const maxDepth = 8;
/** The block of a form that is one JSON field. No property has this path. */
const rootBlockId = '/';

/** What is known of a place in the schema on the way down to it. */
interface Place {
  key: string;
  path: string[];
  labels: string[];
  /** The schema of the parent lists it as required. */
  required: boolean;
  /** All its parents are required, too. */
  parentsRequired: boolean;
  defaultValue: JsonValue | undefined;
}

/**
 * The form for a schema: its fields in order. Everything that the schema lists is asked; what has no
 * input of its own in Slack, and what is too much for one form, is asked as JSON.
 */
export function formFromSchema(schema: JsonSchema): FormNode {
  const place: Place = {
    key: '',
    path: [],
    labels: [],
    required: true,
    parentsRequired: true,
    defaultValue: schema['default'],
  };
  const resolved = resolveSchema(schema, schema);
  if (isEmptyObject(resolved)) return toGroup(resolved, schema, place);
  const form = asksOneByOne(resolved) ? toGroup(resolved, schema, place) : toJsonField(resolved, place);
  return form.kind === 'group' ? shrink(form) : form;
}

function toNode(schema: JsonSchema, root: JsonSchema, place: Place): FormNode {
  const { type } = typeOf(schema);
  const deeper = place.path.length < maxDepth;
  if (type === 'object' && deeper && asksOneByOne(schema)) return toGroup(schema, root, place);
  return toField(schema, root, place);
}

function toGroup(schema: JsonSchema, root: JsonSchema, place: Place): FormGroup {
  const required = requiredNames(schema);
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const names = new Set([...Object.keys(properties), ...required]);
  const children: FormNode[] = [];
  for (const key of names) {
    const property = Object.hasOwn(properties, key) ? properties[key] : {};
    if (property === false) continue;
    const child = resolveSchema(property, root);
    const label = fieldLabel(key, child);
    children.push(
      toNode(child, root, {
        key,
        path: [...place.path, key],
        labels: [...place.labels, label],
        required: required.has(key),
        parentsRequired: place.parentsRequired && place.required,
        defaultValue: child['default'] ?? defaultBelow(place.defaultValue, key),
      }),
    );
  }
  const { key, path, labels, defaultValue } = place;
  return {
    kind: 'group',
    key,
    path,
    label: labels.join(' › '),
    required: place.required,
    defaultValue,
    schema,
    children,
  };
}

function toField(schema: JsonSchema, root: JsonSchema, place: Place): FormField {
  const { control, needsValue } = controlFor(schema, root, place.required && place.parentsRequired);
  return {
    kind: 'field',
    key: place.key,
    path: place.path,
    blockId: blockIdOf(place.path),
    label: place.labels.join(' › ') || 'Inputs',
    hint: fieldHint(
      schema,
      control,
      place.required && !place.parentsRequired ? (place.labels.at(-2) ?? null) : null,
    ),
    required: place.required && place.parentsRequired && needsValue,
    whenEmpty: place.required ? valueWhenEmpty(schema) : undefined,
    defaultValue: place.defaultValue ?? onlyChoice(control, place.required),
    control,
    schema,
  };
}

/** Where there is one choice and it has to be made, it is made. */
function onlyChoice(control: Control, required: boolean): JsonValue | undefined {
  const isOnly = required && control.kind === 'choice' && control.choices.length === 1;
  return isOnly ? control.choices[0]?.value : undefined;
}

function toJsonField(schema: JsonSchema, place: Place): FormField {
  const field = toField(schema, schema, place);
  const control = { kind: 'json' } as const;
  return {
    ...field,
    control,
    whenEmpty: undefined,
    hint: fieldHint(schema, control, null),
    required: place.required && place.parentsRequired,
  };
}

/** What an empty input means where the key must be there: null or an empty list, when the schema allows that in so many words. */
function valueWhenEmpty(schema: JsonSchema): JsonValue | undefined {
  const { type, nullable } = typeOf(schema);
  if (nullable) return null;
  return type === 'array' && schema['minItems'] === 0 ? [] : undefined;
}

/** Turns the largest objects into JSON fields until the form fits. */
function shrink(root: FormGroup): FormNode {
  let form: FormNode = root;
  while (listFields(form).length > maxFields) {
    const groups = form.kind === 'group' ? listGroups(form) : [];
    const largest = groups.reduce<FormGroup | null>(
      (best, group) => (best === null || listFields(group).length > listFields(best).length ? group : best),
      null,
    );
    const target: FormNode = largest ?? form;
    form = replaceNode(form, target, groupAsJson(target));
  }
  return form;
}

function listGroups(form: FormGroup): FormGroup[] {
  return form.children.flatMap((child) => (child.kind === 'group' ? [child, ...listGroups(child)] : []));
}

function groupAsJson(node: FormNode): FormField {
  if (node.kind === 'field') return node;
  const { key, path, label, required, defaultValue, schema } = node;
  const place = {
    key,
    path,
    labels: label === '' ? [] : [label],
    required,
    parentsRequired: true,
    defaultValue,
  };
  const field = toJsonField(schema, place);
  return { ...field, required: required && listFields(node).some((child) => child.required) };
}

function replaceNode(node: FormNode, target: FormNode, replacement: FormField): FormNode {
  if (node === target) return replacement;
  if (node.kind === 'field') return node;
  return { ...node, children: node.children.map((child) => replaceNode(child, target, replacement)) };
}

function asksOneByOne(schema: JsonSchema): boolean {
  const { nullable } = typeOf(schema);
  const properties = schema['properties'];
  return (
    isJsonObject(properties) && Object.keys(properties).length > 0 && !nullable && !hidesProperties(schema)
  );
}

/** True for a schema that asks for nothing at all. */
function isEmptyObject(schema: JsonSchema): boolean {
  const { type } = typeOf(schema);
  if (type !== 'object' && Object.keys(schema).length > 0) return false;
  const properties = isJsonObject(schema['properties']) ? Object.keys(schema['properties']).length : 0;
  const open =
    isJsonObject(schema['additionalProperties']) ||
    schema['patternProperties'] !== undefined ||
    (typeof schema['minProperties'] === 'number' && schema['minProperties'] > 0);
  return properties === 0 && requiredNames(schema).size === 0 && !open && !hidesProperties(schema);
}

function requiredNames(schema: JsonSchema): Set<string> {
  const names = Array.isArray(schema['required']) ? schema['required'] : [];
  return new Set(names.filter((name): name is string => typeof name === 'string'));
}

function defaultBelow(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
}

/** The path as a JSON Pointer without its leading slash, as paths of errors are written; hashed when too long. */
function blockIdOf(path: readonly string[]): string {
  const pointer = path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  if (pointer === '') return rootBlockId;
  return pointer.length <= limits.blockId ? pointer : `field-${deriveId('field', pointer)}`;
}
