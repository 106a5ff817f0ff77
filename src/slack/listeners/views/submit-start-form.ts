import { placeStartFormErrors, readStartForm, startForm } from '../../../../blocks/start-form.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { ValidationError } from '../../../errors.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { StartMetadata, decodeMetadata, encodeStartMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { originFor } from '../tasks/origin-for.ts';
import { type Submission, inputBlockIds, markErrors, withNotice } from './submission.ts';

/** Starts a task with what was filled in. The same form starts one task, however often it is sent. */
export async function submitStartForm(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const { orgId, slackTeamId } = requester;
  const metadata = decodeMetadata(StartMetadata, view.private_metadata);
  const current = await deps.workflows.get(orgId, metadata.workflowId);
  const { inputsSchema } = current.definition;
  const { inputs, errors } = readStartForm(inputsSchema, view.state.values, metadata.values);
  if (current.workflow.revision !== metadata.revision && asksOtherwise(current, submission)) {
    return showChangedForm(submission, current, metadata, inputs);
  }
  if (Object.keys(errors).length > 0 && (await markErrors(submission, errors))) return;
  try {
    await deps.engine.start({
      orgId,
      workflowId: metadata.workflowId,
      inputs,
      startedBy: await actorFor(deps.connection.directory, requester),
      origin: await originFor(deps.connection.directory, requester, metadata),
      startKey: `view:${slackTeamId}:${view.id}`,
    });
  } catch (error) {
    if (!(error instanceof ValidationError) || error.fields.length === 0) throw error;
    const found = placeStartFormErrors(inputsSchema, error.fields, 'inputs');
    if (Object.keys(found).length === 0 || !(await markErrors(submission, found))) throw error;
  }
}

/** True when the workflow would ask for other inputs now than the form did. */
function asksOtherwise({ workflow, definition }: WorkflowWithSteps, { view }: Submission): boolean {
  const now = startForm({ workflow, inputsSchema: definition.inputsSchema, metadata: '' });
  return inputBlockIds(now.blocks).join() !== inputBlockIds(view.blocks).join();
}

async function showChangedForm(
  { reply }: Submission,
  { workflow, definition }: WorkflowWithSteps,
  metadata: StartMetadata,
  typed: JsonObject,
): Promise<void> {
  const values = { ...metadata.values, ...typed };
  const form = startForm({
    workflow,
    inputsSchema: definition.inputsSchema,
    metadata: encodeStartMetadata({ ...metadata, revision: workflow.revision, values }),
    values,
  });
  const notice = 'This workflow was changed while the form was open. Please look through it and start again.';
  await reply.replaceWith(withNotice(form, notice));
}
