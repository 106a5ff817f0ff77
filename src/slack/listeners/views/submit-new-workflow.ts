import { bold, simpleMessage } from '../../../../blocks/elements.ts';
import { inline } from '../../../../blocks/escape.ts';
import { newWorkflowBlocks, readNewWorkflowForm } from '../../../../blocks/new-workflow-form.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import { emptyInputsSchema } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { rememberCard } from '../authoring/show-workflow-card.ts';
import { resourcesForCard } from '../authoring/resources-for.ts';
import { NewWorkflowMetadata, decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { type Submission, markErrors } from './submission.ts';

/** Makes a draft and posts its card, from which everything else is done. */
export async function submitNewWorkflow(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { channelId } = decodeMetadata(NewWorkflowMetadata, view.private_metadata);
  const { name, description, errors } = readNewWorkflowForm(view.state.values);
  if (Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  const createdBy = await actorFor(deps.connection.directory, requester);
  let created: WorkflowWithSteps;
  try {
    created = await deps.workflows.create({
      // The same form makes one workflow, however often it is sent.
      id: deriveId('workflow', requester.slackTeamId, view.id),
      orgId: requester.orgId,
      teamId: null,
      name,
      description,
      inputsSchema: emptyInputsSchema,
      steps: [],
      status: 'DRAFT',
      createdBy,
    });
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
    await markErrors(submission, { [newWorkflowBlocks.name]: error.message });
    return;
  }
  await reply.acknowledge();
  await postNewCard(deps, submission, created, channelId);
}

/** Posts the card of a new workflow in the conversation in which it was asked for; where the bot cannot post, to the person. */
export async function postNewCard(
  deps: SlackDeps,
  { tellDirectly }: Submission,
  created: WorkflowWithSteps,
  channelId: string | null,
): Promise<void> {
  const resources = await resourcesForCard(deps, created.definition);
  const card = workflowCard({ ...created, resources });
  if (channelId === null) return tellDirectly(card);
  const target = { channelId, threadTs: null, label: 'that conversation' };
  const sent = await deps.connection.messenger.post(target, card, null);
  if (sent.kind === 'done') return rememberCard(deps, sent.ref, created);
  const name = bold(created.workflow.name);
  await tellDirectly(
    simpleMessage(`I made ${name}, but could not post its card there. ${inline(sent.error)}`, ...card.blocks),
  );
}
