import type { OrgEventDraft } from '../src/domain/org-event.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { WorkflowDocument } from './workflow.ts';
import { outboxFilter } from './workflow.ts';

/** What was done to workflows and is not in the org's log yet. It lies in the workflows' own documents. */
export interface WorkflowOutbox {
  /** In the order in which it was done. */
  read(workflowId: string): Promise<OrgEventDraft[]>;
  remove(workflowId: string, draftIds: readonly string[]): Promise<void>;
  /** Ids of workflows that have any. */
  list(limit: number): Promise<string[]>;
}

export function createWorkflowOutbox(database: Database): WorkflowOutbox {
  const workflows = nativeCollection<WorkflowDocument>(database, 'workflows');
  return {
    async read(workflowId) {
      const document = await workflows.findOne({ _id: workflowId }, { projection: { outbox: 1 } });
      return document?.outbox ?? [];
    },
    async remove(workflowId, draftIds) {
      const change = { $pull: { outbox: { id: { $in: [...draftIds] } } } };
      await workflows.updateOne({ _id: workflowId }, change, { writeConcern: durable });
    },
    async list(limit) {
      const documents = await workflows
        .find({ 'outbox.id': outboxFilter }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray();
      return documents.map(({ _id }) => _id);
    },
  };
}
