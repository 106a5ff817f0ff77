import { type Model, Schema } from 'mongoose';
import type { Definition } from '../src/domain/definition.ts';
import type { OrgEventDraft } from '../src/domain/org-event.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import type { Database } from './database.ts';

export type WorkflowDocument = { _id: string; outbox?: OrgEventDraft[] } & Omit<Workflow, 'id'>;

/** For the index of workflows whose outbox has anything; the query must repeat it, or the planner does not use it. */
export const outboxFilter = { $gt: '' };

const workflowSchema = new Schema<WorkflowDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    name: { type: String, required: true },
    slug: { type: String, required: true },
    status: { type: String, required: true },
    revision: { type: Number, required: true },
    revisionId: { type: String, required: true },
  },
  { collection: 'workflows', strict: false, versionKey: false, minimize: false },
);
workflowSchema.index(
  { orgId: 1, slug: 1 },
  { unique: true, partialFilterExpression: { status: { $in: ['DRAFT', 'ACTIVE', 'PAUSED'] } } },
);
workflowSchema.index({ orgId: 1, name: 1, _id: 1 });
workflowSchema.index({ 'outbox.id': 1 }, { partialFilterExpression: { 'outbox.id': outboxFilter } });

export function workflowModel(database: Database): Model<WorkflowDocument> {
  return database.models['Workflow'] ?? database.model<WorkflowDocument>('Workflow', workflowSchema);
}

/** A revision is written once and never changed: executions are pinned to it. */
export type RevisionDocument = { _id: string; createdAt: Date } & Omit<Definition, 'revisionId'>;

const revisionSchema = new Schema<RevisionDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'revisions', strict: false, versionKey: false, minimize: false },
);
revisionSchema.index({ workflowId: 1, revision: 1 });

export function revisionModel(database: Database): Model<RevisionDocument> {
  return database.models['Revision'] ?? database.model<RevisionDocument>('Revision', revisionSchema);
}
