import { draftActions } from '../../../../blocks/drafts/draft-ids.ts';
import { emptyInputsSchema } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import type { ProposedWorkflow, WorkflowDraft } from '../../../domain/workflow-draft.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ConflictError, PermissionError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { cardFor, showWorkflowCard } from '../authoring/show-workflow-card.ts';
import { actorFor } from '../requester.ts';
import { describeAgain } from './draft-verb.ts';

/** The buttons of a proposal. */
export const draftHandlers: readonly ClickHandler[] = [
  { match: draftActions.save, handle: saveDraft },
  { match: draftActions.describe, handle: describeAgain },
];

/** How many workflows of one name are tried, with a number behind it. */
const maxNames = 20;

/**
 * *Save as draft*: what was shown becomes a workflow that nobody can start yet, with the rights of whoever clicks, and its
 * card takes the place of the proposal. A second click finds the same workflow.
 */
async function saveDraft(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, reply, place, value } = click;
  const { orgId, userId } = requester;
  const draft = await deps.drafts.find(orgId, value);
  if (draft.userId !== userId)
    throw new PermissionError('Only whoever asked for this draft can save it. Nothing changed.');
  const saved = await save(deps, click, draft);
  await reply.acknowledge();
  if (place.kind === 'ephemeral') return click.replaceEphemeral(await cardFor(deps, requester, place, saved));
  await showWorkflowCard(deps, requester, place, saved);
}

async function save(deps: SlackDeps, { requester }: Click, draft: WorkflowDraft): Promise<WorkflowWithSteps> {
  const { workflows, drafts, connection } = deps;
  const { outcome, orgId } = draft;
  if (outcome.kind === 'saved') return workflows.get(orgId, outcome.workflowId);
  if (outcome.kind !== 'proposed') throw new ConflictError('There is nothing to save of this draft.');
  const createdBy = await actorFor(connection.directory, requester);
  const created = await createUnderFreeName(deps, outcome.workflow, (name) => ({
    id: deriveId('workflow', 'draft', draft.id),
    orgId,
    teamId: null,
    name,
    description: outcome.workflow.description,
    inputsSchema: outcome.workflow.inputsSchema ?? emptyInputsSchema,
    steps: outcome.workflow.steps,
    status: 'DRAFT',
    createdBy,
  }));
  await drafts.markSaved(draft, created.workflow.id);
  return created;
}

/** A model does not know which names are taken. @throws ConflictError in the end */
async function createUnderFreeName(
  { workflows }: SlackDeps,
  { name }: ProposedWorkflow,
  request: (name: string) => Parameters<SlackDeps['workflows']['create']>[0],
): Promise<WorkflowWithSteps> {
  for (let number = 1; ; number += 1) {
    try {
      return await workflows.create(request(number === 1 ? name : `${name.slice(0, 95)} ${number}`));
    } catch (error) {
      if (!(error instanceof ConflictError) || error.code !== 'name-taken' || number === maxNames)
        throw error;
    }
  }
}
