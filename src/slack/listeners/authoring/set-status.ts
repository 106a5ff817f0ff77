import type { Workflow, WorkflowStatus } from '../../../domain/workflow.ts';
import { ConflictError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { actorFor, type Requester } from '../requester.ts';
import { requireEditor } from './require-editor.ts';

/**
 * Activates or pauses a workflow; one that is so already stays as it is.
 *
 * @throws PermissionError, NotFoundError; ConflictError for a workflow without steps
 */
export async function setStatus(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
  status: Extract<WorkflowStatus, 'ACTIVE' | 'PAUSED'>,
): Promise<Workflow> {
  const { workflows, connection } = deps;
  await requireEditor(deps, requester, workflowId);
  const { workflow, definition } = await workflows.get(requester.orgId, workflowId);
  if (status === 'ACTIVE' && definition.steps.length === 0) {
    throw new ConflictError('This workflow has no steps yet. Add one, then activate it.');
  }
  if (status === 'PAUSED' && workflow.status === 'DRAFT') {
    throw new ConflictError('This workflow is a draft, which nobody can start: there is nothing to pause.');
  }
  const by = await actorFor(connection.directory, requester);
  return workflows.setStatus(requester.orgId, workflowId, status, by);
}
