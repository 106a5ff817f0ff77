import type { Clock } from '../../clock.ts';
import type { Definition } from '../../domain/definition.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { FatalError } from '../../errors.ts';
import type { DefinitionSource } from '../engine-deps.ts';

/** What a definition source reads from. */
export interface DefinitionStore {
  find(orgId: string, workflowId: string): Promise<Workflow | null>;
  loadDefinition(revisionId: string): Promise<Definition | null>;
}

const capacity = 500;
/** How late another process may learn that a workflow was paused or changed. */
const workflowLifetimeMs = 1_000;

/**
 * Workflows as they were at most a second ago, and as they are when this process changed them itself;
 * revisions, which never change, from memory when they were read before.
 */
export function createDefinitionSource(store: DefinitionStore, clock: Clock): DefinitionSource {
  const workflows = new Map<string, { workflow: Workflow; readAt: number }>();
  const revisions = new Map<string, Definition>();
  return {
    async findWorkflow(orgId, workflowId) {
      const now = clock.now().getTime();
      const known = workflows.get(workflowId);
      if (known?.workflow.orgId === orgId && now - known.readAt < workflowLifetimeMs) return known.workflow;
      const workflow = await store.find(orgId, workflowId);
      if (workflow !== null) remember(workflows, workflowId, { workflow, readAt: now });
      return workflow;
    },
    forgetWorkflow(workflowId) {
      workflows.delete(workflowId);
    },
    async loadDefinition(revisionId) {
      const cached = revisions.get(revisionId);
      if (cached !== undefined) return cached;
      const definition = await store.loadDefinition(revisionId);
      if (definition === null) throw new FatalError(`Revision ${revisionId} is missing in the database.`);
      remember(revisions, revisionId, definition);
      return definition;
    },
  };
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= capacity) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, value);
}
