import type { Definition } from '../domain/definition.ts';
import type { Workflow } from '../domain/workflow.ts';
import { FatalError } from '../errors.ts';
import type { DefinitionSource } from './engine-deps.ts';

/** What a definition source reads from. */
export interface DefinitionStore {
  find(orgId: string, workflowId: string): Promise<Workflow | null>;
  loadDefinition(revisionId: string): Promise<Definition | null>;
}

const capacity = 500;

/** Workflows as they are now; revisions, which never change, from memory when they were read before. */
export function createDefinitionSource(store: DefinitionStore): DefinitionSource {
  const cache = new Map<string, Definition>();
  return {
    findWorkflow: (orgId, workflowId) => store.find(orgId, workflowId),
    async loadDefinition(revisionId) {
      const cached = cache.get(revisionId);
      if (cached !== undefined) return cached;
      const definition = await store.loadDefinition(revisionId);
      if (definition === null) throw new FatalError(`Revision ${revisionId} is missing in the database.`);
      if (cache.size >= capacity) cache.delete(cache.keys().next().value ?? '');
      cache.set(revisionId, definition);
      return definition;
    },
  };
}
