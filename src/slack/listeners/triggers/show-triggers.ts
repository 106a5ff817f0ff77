import { triggersMessage } from '../../../../blocks/triggers/triggers-message.ts';
import { whichWorkflow } from '../../../../blocks/menu.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { VerbHandler } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';
import { managerFor } from '../keys/show-keys.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

/** `/workflow trigger refund`: what starts it by itself. Without a name, those to choose from. */
export const showTriggersOfNamed: VerbHandler = async (deps, request, given) => {
  const { requester, reply } = request;
  if (given.name === '') {
    const workflows = await deps.workflows.list(requester.orgId);
    return reply.tell(whichWorkflow({ verb: 'trigger', workflows }));
  }
  const workflow = await findNamedWorkflow(deps, request, 'trigger', given);
  if (workflow !== null) await showTriggers(deps, requester, reply, workflow.id);
};

/** Tells the person, and nobody else, what starts the workflow by itself, with what they may do about it. */
export async function showTriggers(
  deps: SlackDeps,
  requester: Requester,
  reply: Reply,
  workflowId: string,
): Promise<void> {
  const by = await managerFor(deps, requester);
  const [{ workflow }, triggers] = await Promise.all([
    deps.workflows.get(requester.orgId, workflowId),
    deps.triggers.list(by, workflowId),
  ]);
  await reply.tell(triggersMessage({ workflow, triggers, canEdit: canEditWorkflow(by.access, workflow) }));
}
