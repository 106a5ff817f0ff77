import type { Message } from '../../../../blocks/message.ts';
import { schedulesMessage } from '../../../../blocks/schedules/schedules-message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import type { Requester } from '../requester.ts';

/** The schedules of a workflow, for one person. @throws NotFoundError */
export async function listSchedules(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
): Promise<Message> {
  const by = await managerFor(deps, requester);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const rows = await deps.schedules.list(by, workflowId);
  return schedulesMessage({ workflow, rows, canEdit: canEditWorkflow(by.access, workflow) });
}
