import type { KnownBlock, ModalView } from '@slack/types';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import { findSchemaErrors, type JsonSchema } from '../src/domain/json-schema.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import type { FieldError } from '../src/errors.ts';
import { callbackIds } from './action-ids.ts';
import { bold, context, section } from './elements.ts';
import { clip, escapeBody, inline } from './escape.ts';
import { type FormErrors, isLocated, placeErrors } from './form-errors.ts';
import { type FormField, type FormNode, isEmptyInput, listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { initialInput, inputBlock } from './form-input.ts';
import { type FormState, parseInput, readInput, toObject } from './form-reader.ts';
import { limits } from './limits.ts';
import { modal } from './modal.ts';

export interface StartFormOptions {
  workflow: Pick<Workflow, 'name' | 'description'>;
  inputsSchema: JsonSchema;
  /** Comes back with the submission; at most 3,000 characters. */
  metadata: string;
  /** What is filled in already; keys may be names or paths with dots, values typed or as text. Default: the schema's defaults. */
  values?: JsonObject;
  /** What is wrong with them, by block id: said above the input. */
  problems?: FormErrors;
  /** Said on top, in mrkdwn. */
  notice?: string;
}

export interface StartFormResult {
  /** Fit the schema when there are no errors. */
  inputs: JsonObject;
  errors: FormErrors;
}

const maxDescriptionLength = 2_000;
const maxLabelLength = 80;
const maxProblemLength = 300;
/** A notice, the description, and a notice that is put on top later. */
const maxBlocksAround = 3;

/** The form that asks for a workflow's inputs. */
export function startForm(options: StartFormOptions): ModalView {
  const { workflow, inputsSchema, metadata, values = {}, problems = {}, notice = '' } = options;
  const all = listFields(formFromSchema(inputsSchema));
  let room = limits.viewBlocks - all.length - maxBlocksAround;
  const inputs = all.flatMap((field): KnownBlock[] => {
    const lines = room > 0 ? problemLine(field, problems) : [];
    room -= lines.length;
    return [...lines, inputBlock(field, initialInput(field, values))];
  });
  const description = workflow.description.trim();
  const blocks: KnownBlock[] = [
    ...(notice === '' ? [] : [section(notice)]),
    ...(description === '' ? [] : [section(clip(escapeBody(description), maxDescriptionLength))]),
    ...(inputs.length === 0 ? [section('Nothing to fill in.')] : inputs),
  ];
  return modal({
    callbackId: callbackIds.startForm,
    title: workflow.name,
    submit: 'Start',
    close: 'Cancel',
    metadata,
    blocks,
  });
}

/** Slack marks errors only in a form that was sent, so what was wrong before is said above the input. */
function problemLine({ label, blockId }: FormField, problems: FormErrors): KnownBlock[] {
  const problem = Object.hasOwn(problems, blockId) ? problems[blockId] : undefined;
  if (problem === undefined) return [];
  return [context(`⚠️ ${bold(clip(label, maxLabelLength))}: ${clip(inline(problem), maxProblemLength)}`)];
}

/**
 * Turns a submitted form back into typed inputs, and puts what is wrong at the block where it is wrong.
 * What is empty is left out, and so is an optional object in which nothing is filled in.
 *
 * `values` are those that the form was opened with: a required input that comes back empty keeps what it
 * showed, because some clients send only what was changed (Slack itself never sends it empty).
 */
export function readStartForm(
  inputsSchema: JsonSchema,
  stateValues: FormState,
  values: JsonObject = {},
): StartFormResult {
  const form = formFromSchema(inputsSchema);
  const errors: FormErrors = {};
  const read = readNode(form, stateValues, values, errors);
  const inputs = isJsonObject(read) ? read : {};
  const misplaced = read !== undefined && !isJsonObject(read);
  if (misplaced && form.kind === 'field') errors[form.blockId] ??= 'Must be an object: { … }.';
  const hasParseErrors = Object.keys(errors).length > 0;
  // A value that could not be read is missing as well; only what is wrong elsewhere is told besides.
  const found = findSchemaErrors(inputsSchema, inputs).filter(
    (error) => !hasParseErrors || isLocated(form, error),
  );
  return { inputs, errors: { ...placeErrors(form, found), ...errors } };
}

/**
 * Puts errors that were found later, such as by the engine, at the blocks of the start form. `prefix` is
 * what their paths have before the inputs' own. Empty when the form has no input to put them at.
 */
export function placeStartFormErrors(
  inputsSchema: JsonSchema,
  found: readonly FieldError[],
  prefix = '',
): FormErrors {
  const own = found.map(({ path, message }) => ({
    path: prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path,
    message,
  }));
  return placeErrors(formFromSchema(inputsSchema), own);
}

function readNode(
  node: FormNode,
  state: FormState,
  values: JsonObject,
  errors: FormErrors,
): JsonValue | undefined {
  if (node.kind === 'field') return readField(node, state, values, errors);
  const object = toObject(node.children.map((child) => [child.key, readNode(child, state, values, errors)]));
  const isEmpty = Object.keys(object).length === 0 || isOnlyImplied(node.children, state);
  return isEmpty && !node.required ? undefined : object;
}

/** True when nobody filled anything in: what is there stands for empty inputs. */
function isOnlyImplied(children: readonly FormNode[], state: FormState): boolean {
  return children.flatMap(listFields).every((field) => isEmptyInput(readInput(state, field.blockId)));
}

function readField(
  field: FormField,
  state: FormState,
  values: JsonObject,
  errors: FormErrors,
): JsonValue | undefined {
  const given = readInput(state, field.blockId);
  const raw = isEmptyInput(given) && field.required ? initialInput(field, values) : given;
  if (isEmptyInput(raw)) return unticked(field) ?? field.whenEmpty;
  const parsed = parseInput(field, raw);
  if (parsed.ok) return parsed.value;
  errors[field.blockId] = parsed.message;
  return undefined;
}

/** A box that was ticked by default and is not any more says no. */
function unticked({ control, defaultValue }: FormField): JsonValue | undefined {
  return control.kind === 'tick' && defaultValue === true ? false : undefined;
}
