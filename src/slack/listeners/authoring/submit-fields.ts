import type { ModalView } from '@slack/types';
import { fieldForm, readFieldForm } from '../../../../blocks/authoring/field-form.ts';
import { fieldsErrorBlock, readFieldsForm } from '../../../../blocks/authoring/fields-form.ts';
import { readSchemaForm, schemaBlockId, schemaForm } from '../../../../blocks/authoring/schema-form.ts';
import {
  describeFields,
  type FieldsSaved,
  fieldStart,
  withFields,
} from '../../../../blocks/authoring/with-fields.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { changeAgain } from '../views/change-again.ts';
import { inputBlockIds, markErrors, type Submission, withNotice } from '../views/submission.ts';
import { encodeAuthoring, FieldMetadata, FieldsMetadata, fingerprint } from './authoring-metadata.ts';
import { fieldsView, ownerStep } from './open-authoring.ts';
import { requireEditor } from './require-editor.ts';
import { showAgain } from './show-again.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

type Made = FieldsSaved | { errors: Record<string, string> } | { changed: WorkflowWithSteps };

const changedMeanwhile =
  'Somebody else changed the fields while your form was open. Look through it and save again.';

/** What was chosen in the list of fields: the next form takes its place. */
export async function submitFields(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const metadata = decodeMetadata(FieldsMetadata, view.private_metadata);
  await requireEditor(deps, requester, metadata.workflowId);
  const found = await deps.workflows.get(requester.orgId, metadata.workflowId);
  const { about, title, schema } = describeFields(found, ownerStep(found, metadata.owner));
  const choice = readFieldsForm(schema, view.state.values);
  if (choice === null) {
    await markErrors(submission, { [fieldsErrorBlock]: 'Please choose what to do.' });
    return;
  }
  if (fingerprint(schema) !== metadata.seen && choice.kind === 'field') {
    const again = fieldsView(found, metadata.owner, metadata.card);
    return reply.replaceWith(
      withNotice(again, 'Somebody else changed the fields meanwhile. Please choose again.'),
    );
  }
  const seen = fingerprint(schema);
  if (choice.kind === 'schema')
    return reply.replaceWith(
      schemaForm({ about, title, schema, metadata: encodeAuthoring({ ...metadata, seen }) }),
    );
  await reply.replaceWith(fieldView(found, metadata, choice.kind === 'field' ? choice.key : null));
}

/** Saves one field, and goes back to the list. */
export async function submitField(deps: SlackDeps, submission: Submission): Promise<void> {
  const { view } = submission;
  const metadata = decodeMetadata(FieldMetadata, view.private_metadata);
  await saveFields(
    deps,
    submission,
    metadata,
    (found) => {
      const step = ownerStep(found, metadata.owner);
      const { schema } = describeFields(found, step);
      const shown = { schema, key: metadata.key, startsWith: fieldStart(step, metadata.key) };
      const read = readFieldForm(shown, view.state.values);
      if (Object.keys(read.errors).length > 0) return { errors: read.errors };
      if (fingerprint(schema) !== metadata.seen) return { changed: found };
      const { key, startsWith } = read;
      return { schema: read.schema, prefill: { before: metadata.key, key, startsWith } };
    },
    (found) => showAgain(submission, fieldView(found, metadata, metadata.key), changedMeanwhile),
  );
}

/** Saves a pasted schema, and goes back to the list. */
export async function submitSchema(deps: SlackDeps, submission: Submission): Promise<void> {
  const { view } = submission;
  const metadata = decodeMetadata(FieldsMetadata, view.private_metadata);
  await saveFields(
    deps,
    submission,
    metadata,
    (found) => {
      const { schema: before } = describeFields(found, ownerStep(found, metadata.owner));
      const { schema, errors } = readSchemaForm(view.state.values);
      if (Object.keys(errors).length > 0) return { errors };
      return fingerprint(before) === metadata.seen ? { schema: schema ?? before } : { changed: found };
    },
    (found) => {
      const { about, title, schema } = describeFields(found, ownerStep(found, metadata.owner));
      const encoded = encodeAuthoring({ ...metadata, seen: fingerprint(schema) });
      return showAgain(submission, schemaForm({ about, title, schema, metadata: encoded }), changedMeanwhile);
    },
  );
}

async function saveFields(
  deps: SlackDeps,
  submission: Submission,
  { workflowId, owner, card }: FieldsMetadata,
  make: (found: WorkflowWithSteps) => Made,
  askAgain: (found: WorkflowWithSteps) => Promise<void>,
): Promise<void> {
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const by = await actorFor(deps.connection.directory, requester);
  try {
    const made = await changeAgain(async () => {
      const found = await deps.workflows.get(orgId, workflowId);
      const result = make(found);
      if (!('schema' in result)) return result;
      const changes = withFields(found.definition, ownerStep(found, owner), result);
      return {
        updated: await deps.workflows.change(orgId, workflowId, changes, by, found.workflow.revision),
      };
    });
    if ('errors' in made) {
      await markErrors(submission, made.errors);
      return;
    }
    if ('changed' in made) return await askAgain(made.changed);
    await reply.replaceWith(fieldsView(made.updated, owner, card, '✅ Saved.'));
    await showWorkflowCard(deps, requester, card, made.updated);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const inputs = inputBlockIds(view.blocks);
    const place = inputs.includes(schemaBlockId) ? schemaBlockId : (inputs[0] ?? '');
    await markErrors(submission, { [place]: error.message });
  }
}

function fieldView(
  found: WorkflowWithSteps,
  { workflowId, owner, card }: FieldsMetadata,
  key: string | null,
): ModalView {
  const { about, schema } = describeFields(found, ownerStep(found, owner));
  const metadata = encodeAuthoring({ workflowId, owner, card, seen: fingerprint(schema), key });
  const startsWith = fieldStart(ownerStep(found, owner), key);
  return fieldForm({ about, schema, key, startsWith, metadata });
}
