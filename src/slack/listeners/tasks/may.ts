import { canEditWorkflow } from '../../../domain/access.ts';
import type { ExecutionState } from '../../../domain/execution.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';

/** Which of the workflows this person may change. What they may do is enforced below; this decides what is offered. */
export async function listChangeable(
  { forRequester }: SlackDeps,
  requester: Requester,
  workflows: readonly Workflow[],
): Promise<Workflow[]> {
  const { access } = await forRequester(requester);
  return workflows.filter((workflow) => canEditWorkflow(access, workflow));
}

/** True for whoever started the task and for those who may change its workflow: what the engine will allow them. */
export async function maySteer(
  deps: SlackDeps,
  requester: Requester,
  { orgId, workflowId, startedBy }: ExecutionState,
): Promise<boolean> {
  if (startedBy.kind === 'person' && startedBy.userId === requester.userId) return true;
  try {
    const { workflow } = await deps.workflows.get(orgId, workflowId);
    return (await listChangeable(deps, requester, [workflow])).length > 0;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
