import { valuesFromMessage } from '../../../../blocks/message-values.ts';
import { pickBlocks, readPickWorkflowForm } from '../../../../blocks/pick-workflow-form.ts';
import { startForm } from '../../../../blocks/start-form.ts';
import { AppError, NotFoundError } from '../../../errors.ts';
import type { Directory } from '../../directory.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { MessageMetadata, decodeMetadata, encodeStartMetadata } from '../form-metadata.ts';
import { startBatch } from '../batches/start-batch.ts';
import { type Submission, markErrors } from './submission.ts';

/** Goes on to the form of the workflow that was chosen, filled in with the message. */
export async function submitPickWorkflow(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { channelId, threadTs, author, link, file } = decodeMetadata(MessageMetadata, view.private_metadata);
  const { workflowId, text } = readPickWorkflowForm(view.state.values);
  let found: WorkflowWithSteps;
  try {
    found = await deps.workflows.get(requester.orgId, workflowId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await markErrors(submission, { [pickBlocks.workflow]: 'This workflow was deleted. Choose another one.' });
    return;
  }
  const { workflow, definition } = found;
  if (workflow.status !== 'ACTIVE') {
    await markErrors(submission, {
      [pickBlocks.workflow]: 'This workflow was paused meanwhile. Choose another one.',
    });
    return;
  }
  if (file !== undefined) {
    const startKey = `${requester.slackTeamId}:${view.id}`;
    return startBatch(deps, { requester, reply, channelId, threadTs, startKey }, workflow, { file });
  }
  const { inputsSchema } = definition;
  const name = await nameAuthor(deps.connection.directory, author);
  const values = valuesFromMessage(inputsSchema, { text, author: name, link });
  const { revision } = workflow;
  const metadata = encodeStartMetadata({ workflowId, revision, channelId, threadTs, values });
  await reply.replaceWith(startForm({ workflow, inputsSchema, metadata, values }));
}

/** Their address where Slack gives it: people can read it, and a step can ask them by it. */
async function nameAuthor(directory: Directory, author: string | null): Promise<string | null> {
  if (author === null || !/^[UW][A-Z0-9]+$/.test(author)) return author;
  try {
    return (await directory.person(author)).email ?? author;
  } catch (error) {
    if (error instanceof AppError) return author;
    throw error;
  }
}
