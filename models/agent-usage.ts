import type { AgentUse } from '../src/domain/agent-use.ts';
import { agentListenerModel } from './agent-listener.ts';
import type { Database } from './database.ts';
import { revisionModel, workflowModel } from './workflow.ts';

/** Which workflows, as they are now, have steps that agents do, or agents that listen to them. */
export interface AgentUsage {
  /** By name of the workflow; archived ones are left out. */
  list(orgId: string): Promise<AgentUse[]>;
}

const maxWorkflows = 2_000;
/** Those of listeners are no workflows of anybody, and outlive the listener while its runs go on. */
const notHidden = { listensTo: { $exists: false } };

/** Looks into the newest revision of each workflow of the org, each by its id. */
export function createAgentUsage(database: Database): AgentUsage {
  const workflows = workflowModel(database).collection;
  const revisions = revisionModel(database).collection;
  const listeners = agentListenerModel(database).collection;
  return {
    async list(orgId) {
      const current = await workflows
        .find(
          { orgId, status: { $ne: 'ARCHIVED' }, ...notHidden },
          { projection: { name: 1, revisionId: 1, teamId: 1 } },
        )
        .sort({ name: 1 })
        .limit(maxWorkflows)
        .toArray();
      const [found, listening] = await Promise.all([
        revisions
          .find(
            { _id: { $in: current.map(({ revisionId }) => revisionId as never) }, 'steps.type': 'AGENT' },
            { projection: { steps: 1 } },
          )
          .toArray(),
        listeners.find({ workflowId: { $in: current.map(({ _id }) => String(_id)) } }).toArray(),
      ]);
      const stepsOf = new Map(found.map(({ _id, steps }) => [String(_id), steps as { agentId?: string }[]]));
      return current.flatMap(({ _id, name, revisionId, teamId }): AgentUse[] => {
        const workflowId = String(_id);
        const workflow = { workflowId, workflowName: String(name), teamId: teamId as string | null };
        const steps = stepsOf.get(String(revisionId)) ?? [];
        const ofSteps = new Set(steps.flatMap(({ agentId }) => (agentId === undefined ? [] : [agentId])));
        const ofListeners = listening.filter((listener) => listener['workflowId'] === workflowId);
        return [
          ...[...ofSteps].map((agentId) => ({ agentId, how: 'step' as const, ...workflow })),
          ...ofListeners.map(({ agentId }) => ({
            agentId: String(agentId),
            how: 'listener' as const,
            ...workflow,
          })),
        ];
      });
    },
  };
}
