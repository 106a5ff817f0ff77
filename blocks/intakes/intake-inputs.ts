import type { KnownBlock } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import type { FieldError } from '../../src/errors.ts';
import { section } from '../elements.ts';
import { type FormErrors, wordError } from '../form-errors.ts';
import type { FormState } from '../form-reader.ts';
import { mappingInputs, placeInMapping, readMappingInputs } from '../mapping-inputs.ts';
import { mappingLines } from '../triggers/trigger-form.ts';

type Intake = Pick<TriggerOf<'intake'>, 'settings'>;

const path = 'settings/inputsTemplate/';

/** What the task gets of a body, in mrkdwn. */
export function intakeLines({ settings: { inputsTemplate } }: Intake): string {
  if (inputsTemplate === null) return 'What is sent, as it is: the fields of the body are the inputs.';
  return mappingLines(inputsTemplate);
}

/** Asks what the task gets of a body. */
export function intakeInputs({ settings: { inputsTemplate } }: Intake, schema: JsonSchema): KnownBlock[] {
  const fields = mappingInputs(schema, inputsTemplate ?? {}, false);
  if (fields.length === 0) return [section('The workflow asks for nothing, so there is nothing to give.')];
  const intro =
    'For each input a text, in which `{{body.order.total}}` stands for that place in what is sent. All empty: what is sent is taken as it is.';
  return [section(intro), ...fields];
}

/** Null where all is empty: the body is the inputs. @param schema as it is now */
export function readIntakeInputs(
  { settings: { inputsTemplate } }: Intake,
  schema: JsonSchema,
  state: FormState,
): Mapping | null {
  const mapping = readMappingInputs(state, schema, inputsTemplate ?? {});
  return Object.keys(mapping).length === 0 ? null : mapping;
}

/** What the rules refuse of it, at its inputs; '' is the form as a whole. @param blockIds the inputs that the form has */
export function placeIntakeErrors(
  { message, fields }: { message: string; fields: readonly FieldError[] },
  blockIds: readonly string[],
): FormErrors {
  const errors: FormErrors = {};
  for (const field of fields) {
    const { block, below } = placeInMapping(field.path.slice(path.length));
    if (!field.path.startsWith(path) || !blockIds.includes(block)) return { '': message };
    errors[block] ??= wordError(field.message, below);
  }
  return fields.length > 0 ? errors : { '': message };
}
