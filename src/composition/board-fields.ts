import type { KnownBlock } from '@slack/types';
import { fieldForm, readFieldForm } from '../../blocks/authoring/field-form.ts';
import { hasFields } from '../../blocks/authoring/field-schema.ts';
import { listFields } from '../../blocks/authoring/fields-form.ts';
import { readSchemaForm, schemaForm } from '../../blocks/authoring/schema-form.ts';
import { describeFields, fieldStart, withFields } from '../../blocks/authoring/with-fields.ts';
import type { FieldForms } from '../http/board/board-authoring.ts';

/** Slack's forms of fields, for the board. */
export const boardFields: FieldForms = {
  list(context) {
    const { about, title, root, schema } = describeFields(context, context.step);
    return { about, title, fields: hasFields(schema) ? listFields(schema, root) : null };
  },
  blocks(context, key) {
    const { about, schema } = describeFields(context, context.step);
    const startsWith = fieldStart(context.step, key);
    return fieldForm({ about, schema, key, startsWith, metadata: '' }).blocks as KnownBlock[];
  },
  read(context, before, state) {
    const { definition, step } = context;
    const { schema } = describeFields(context, step);
    const shown = { schema, key: before, startsWith: fieldStart(step, before) };
    const { errors, key, startsWith, ...read } = readFieldForm(shown, state);
    if (Object.keys(errors).length > 0) return { changes: null, errors };
    const saved = { schema: read.schema, prefill: { before, key, startsWith } };
    return { changes: withFields(definition, step, saved), errors };
  },
  schemaBlocks(context) {
    const { about, title, schema } = describeFields(context, context.step);
    return schemaForm({ about, title, schema, metadata: '' }).blocks as KnownBlock[];
  },
  readSchema({ definition, step }, state) {
    const { schema, errors } = readSchemaForm(state);
    return { changes: schema === null ? null : withFields(definition, step, { schema }), errors };
  },
};
