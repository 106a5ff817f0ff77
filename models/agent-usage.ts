import type { AgentUse } from '../src/domain/agent-use.ts';
import type { Database } from './database.ts';
import { revisionModel, workflowModel } from './workflow.ts';

/** Which workflows, as they are now, have steps that agents do. */
export interface AgentUsage {
  /** By name of the workflow; archived ones are left out. */
  list(orgId: string): Promise<AgentUse[]>;
}

const maxWorkflows = 2_000;

/** Looks into the newest revision of each workflow of the org, each by its id. */
export function createAgentUsage(database: Database): AgentUsage {
  const workflows = workflowModel(database).collection;
  const revisions = revisionModel(database).collection;
  return {
    async list(orgId) {
      const current = await workflows
        .find({ orgId, status: { $ne: 'ARCHIVED' } }, { projection: { name: 1, revisionId: 1 } })
        .sort({ name: 1 })
        .limit(maxWorkflows)
        .toArray();
      const ids = current.map(({ revisionId }) => revisionId as never);
      const found = await revisions
        .find({ _id: { $in: ids }, 'steps.type': 'AGENT' }, { projection: { steps: 1 } })
        .toArray();
      const stepsOf = new Map(found.map(({ _id, steps }) => [String(_id), steps as { agentId?: string }[]]));
      return current.flatMap(({ _id, name, revisionId }) => {
        const steps = stepsOf.get(String(revisionId)) ?? [];
        const agentIds = [
          ...new Set(steps.flatMap(({ agentId }) => (agentId === undefined ? [] : [agentId]))),
        ];
        return agentIds.map((agentId) => ({ agentId, workflowId: String(_id), workflowName: String(name) }));
      });
    },
  };
}
