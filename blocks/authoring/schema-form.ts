import type { ModalView } from '@slack/types';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { context } from '../elements.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { textInput } from './form-inputs.ts';
import { parseSchemaText } from './schema-text.ts';

export const schemaBlockId = 'schema_json';

/** Shows all fields as a JSON Schema, which can be changed or pasted. */
export function schemaForm(options: {
  about: string;
  title: string;
  schema: JsonSchema;
  metadata: string;
}): ModalView {
  const { about, title, schema, metadata } = options;
  const text = printSchema(schema);
  const isTooLong = text.length > limits.inputLength;
  return modal({
    callbackId: authoringCallbacks.schema,
    title,
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(about),
      textInput({
        blockId: schemaBlockId,
        label: 'JSON Schema',
        hint: isTooLong
          ? `It has ${text.length} characters, more than can be shown here. Export the workflow to change it, or paste another one in its place.`
          : 'Draft-07. The form that people fill in is made from it.',
        multiline: true,
        optional: isTooLong,
        initial: text,
      }),
    ],
  });
}

/** @returns null when there is nothing to save: it is wrong, or was left as it is */
export function readSchemaForm(state: FormState): { schema: JsonSchema | null; errors: FormErrors } {
  const typed = readText(state, schemaBlockId);
  if (typed === '') return { schema: null, errors: {} };
  const { schema, problem } = parseSchemaText(typed);
  return { schema, errors: problem === null ? {} : { [schemaBlockId]: problem } };
}

/** As it is shown; without the indentation where it only fits so. */
function printSchema(schema: JsonSchema): string {
  const text = JSON.stringify(schema, null, 2);
  return text.length <= limits.inputLength ? text : JSON.stringify(schema);
}
