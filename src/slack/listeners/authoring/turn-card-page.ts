import { decodeCardPage } from '../../../../blocks/authoring/authoring-ids.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { cardFor, showWorkflowCard } from './show-workflow-card.ts';

/** *Earlier steps* and *Later steps* on a workflow's card. */
export async function turnCardPage(deps: SlackDeps, click: Click): Promise<void> {
  const target = decodeCardPage(click.value);
  if (target === null)
    throw new ValidationError('This button is from another version of Baton. Open the workflow again.');
  const { requester, place, reply } = click;
  const found = await deps.workflows.get(requester.orgId, target.workflowId);
  const shown = { page: target.page };
  if (place.kind === 'ephemeral')
    return click.replaceEphemeral(await cardFor(deps, requester, place, found, shown));
  await reply.acknowledge();
  await showWorkflowCard(deps, requester, place, found, shown);
}
