import { canEditWorkflow } from '../../../domain/access.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { requireMember } from '../../../engine/people/manager.ts';
import { PermissionError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';

/**
 * Says so before a form is opened, rather than after it was filled in; that nobody else changes a
 * workflow is seen to below, where it is written.
 *
 * @throws PermissionError that names who may; NotFoundError
 */
export async function requireEditor(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
): Promise<Workflow> {
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const { access } = await deps.forRequester(requester);
  if (canEditWorkflow(access, workflow)) return workflow;
  requireMember({ access });
  const { createdBy, teamId } = workflow;
  if (teamId !== null) {
    const team = (await deps.teams.nameOf(requester.orgId, teamId)) ?? 'that owns it';
    throw new PermissionError(
      `Only the team ${team} and the admins can change this workflow. Nothing changed.`,
    );
  }
  const maker = createdBy.kind === 'person' ? (createdBy.name ?? 'whoever made it') : 'whoever made it';
  throw new PermissionError(`Only ${maker} and the admins can change this workflow. Nothing changed.`);
}
