import type { TeamStore } from '../../../models/team-store.ts';
import type { FindWorkflow } from '../access/task-access.ts';

/** Slack user ids of those who are responsible for a workflow; none when nobody is known to be. */
export type FindOwners = (orgId: string, workflowId: string) => Promise<string[]>;

/** The members of its team; of a workflow without one, the person who made it. */
export function createFindOwners(findWorkflow: FindWorkflow, teams: Pick<TeamStore, 'find'>): FindOwners {
  return async (orgId, workflowId) => {
    const workflow = await findWorkflow(orgId, workflowId);
    if (workflow === null) return [];
    const { teamId, createdBy } = workflow;
    const team = teamId === null ? null : await teams.find(orgId, teamId);
    if (team !== null && team.userIds.length > 0) return team.userIds;
    return createdBy.kind === 'person' ? [createdBy.userId] : [];
  };
}
