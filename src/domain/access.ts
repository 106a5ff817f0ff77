import type { Workflow } from './workflow.ts';

/**
 * `owner` and `admin` manage the org and see all its workflows; `member` sees the org's and their teams'; `guest` sees
 * those of teams that they were put in, and changes none: beside that they answer what they are asked.
 */
export const roles = ['owner', 'admin', 'member', 'guest'] as const;
export type Role = (typeof roles)[number];

/**
 * What a caller may reach, as it was found out at the edge for this one request. It is the same for a
 * person in Slack, a person's key, a team's key and an event handler's token.
 */
export interface Access {
  orgId: string;
  role: Role;
  /** Teams that the caller is a member of. A team's key is a member of that team only. */
  teamIds: readonly string[];
  /** Slack user id of the person; null for keys that are no person's. */
  userId: string | null;
  /** Set for an event handler's token: the one workflow that it may touch. */
  handler: { workflowId: string; canWrite: boolean } | null;
}

/** True for those who manage the org: members, teams, keys, and every workflow. */
export function isAdmin(access: Access): boolean {
  return access.handler === null && (access.role === 'owner' || access.role === 'admin');
}

/** The org's workflows are seen by all its members but guests, a team's by the team and the org's admins. */
export function canSeeWorkflow(access: Access, workflow: Pick<Workflow, 'id' | 'orgId' | 'teamId'>): boolean {
  if (access.orgId !== workflow.orgId) return false;
  if (access.handler !== null) return access.handler.workflowId === workflow.id;
  if (workflow.teamId === null) return access.role !== 'guest';
  return isAdmin(access) || access.teamIds.includes(workflow.teamId);
}

/** A team's workflow is changed by the team, one without a team by who made it; both by the org's admins, and by no guest. */
export function canEditWorkflow(
  access: Access,
  workflow: Pick<Workflow, 'id' | 'orgId' | 'teamId' | 'createdBy'>,
): boolean {
  if (access.role === 'guest' || !canSeeWorkflow(access, workflow)) return false;
  if (access.handler !== null) return access.handler.canWrite;
  if (isAdmin(access)) return true;
  if (workflow.teamId !== null) return access.teamIds.includes(workflow.teamId);
  const { createdBy } = workflow;
  return createdBy.kind === 'person' && createdBy.userId === access.userId;
}
