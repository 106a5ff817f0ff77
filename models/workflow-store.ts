import mongoose from 'mongoose';
import type { Definition } from '../src/domain/definition.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { ConflictError } from '../src/errors.ts';
import type { Database } from './database.ts';
import { type WorkflowDocument, revisionModel, workflowModel } from './workflow.ts';

const duplicateKey = 11_000;
const maxListed = 200;

/** Workflows and their revisions. */
export interface WorkflowStore {
  /** @throws ConflictError when the org has another workflow with this slug */
  insert(workflow: Workflow, definition: Definition): Promise<void>;
  /** Only within the org. */
  find(orgId: string, workflowId: string): Promise<Workflow | null>;
  /** The one that is not archived. */
  findBySlug(orgId: string, slug: string): Promise<Workflow | null>;
  /** True when the org has, or had, a workflow with this slug; archived ones count. */
  knowsSlug(orgId: string, slug: string): Promise<boolean>;
  /** By name; archived ones are left out; at most 200. */
  list(orgId: string): Promise<Workflow[]>;
  /**
   * Stores the next revision and points the workflow to it, if `expectedRevision` is still the newest.
   * A revision whose race was lost stays behind unused.
   * @returns false when somebody else was first
   */
  replace(workflow: Workflow, definition: Definition, expectedRevision: number): Promise<boolean>;
  /** @returns the changed workflow, or null when the org has no such workflow */
  setStatus(
    orgId: string,
    workflowId: string,
    status: Workflow['status'],
    updatedAt: Date,
  ): Promise<Workflow | null>;
  /** @returns null when there is no such revision */
  loadDefinition(revisionId: string): Promise<Definition | null>;
}

/** Workflows and their revisions in MongoDB. */
export function createWorkflowStore(database: Database): WorkflowStore {
  return new MongoWorkflowStore(database);
}

class MongoWorkflowStore implements WorkflowStore {
  readonly #workflows: ReturnType<typeof workflowModel>;
  readonly #revisions: ReturnType<typeof revisionModel>;

  constructor(database: Database) {
    this.#workflows = workflowModel(database);
    this.#revisions = revisionModel(database);
  }

  async insert(workflow: Workflow, definition: Definition): Promise<void> {
    await this.#storeRevision(definition, workflow.updatedAt);
    const { id, ...fields } = workflow;
    await orConflict(workflow, () => this.#workflows.collection.insertOne({ _id: id as never, ...fields }));
  }

  async find(orgId: string, workflowId: string): Promise<Workflow | null> {
    const document = await this.#workflows.findOne({ _id: workflowId, orgId }).lean<WorkflowDocument>();
    return document === null ? null : toWorkflow(document);
  }

  async findBySlug(orgId: string, slug: string): Promise<Workflow | null> {
    const filter = { orgId, slug, status: { $in: ['DRAFT', 'ACTIVE', 'PAUSED'] as const } };
    const document = await this.#workflows.findOne(filter).lean<WorkflowDocument>();
    return document === null ? null : toWorkflow(document);
  }

  async knowsSlug(orgId: string, slug: string): Promise<boolean> {
    return (await this.#workflows.exists({ orgId, slug })) !== null;
  }

  async list(orgId: string): Promise<Workflow[]> {
    const documents = await this.#workflows
      .find({ orgId, status: { $ne: 'ARCHIVED' } })
      .sort({ name: 1 })
      .limit(maxListed)
      .lean<WorkflowDocument[]>();
    return documents.map(toWorkflow);
  }

  async replace(workflow: Workflow, definition: Definition, expectedRevision: number): Promise<boolean> {
    await this.#storeRevision(definition, workflow.updatedAt);
    const { id, orgId, status: _status, ...fields } = workflow;
    const result = await orConflict(workflow, () =>
      this.#workflows.updateOne({ _id: id, orgId, revision: expectedRevision }, { $set: fields }),
    );
    return result.matchedCount === 1;
  }

  async setStatus(
    orgId: string,
    workflowId: string,
    status: Workflow['status'],
    updatedAt: Date,
  ): Promise<Workflow | null> {
    const document = await this.#workflows
      .findOneAndUpdate(
        { _id: workflowId, orgId },
        { $set: { status, updatedAt } },
        { returnDocument: 'after' },
      )
      .lean<WorkflowDocument>();
    return document === null ? null : toWorkflow(document);
  }

  async loadDefinition(revisionId: string): Promise<Definition | null> {
    const document = await this.#revisions.collection.findOne({ _id: revisionId as never });
    if (document === null) return null;
    const { _id, createdAt: _createdAt, ...definition } = document;
    return { revisionId, ...definition } as unknown as Definition;
  }

  async #storeRevision(definition: Definition, createdAt: Date): Promise<void> {
    const { revisionId, ...fields } = definition;
    await this.#revisions.collection.insertOne({ _id: revisionId as never, ...fields, createdAt });
  }
}

async function orConflict<T>(workflow: Workflow, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== duplicateKey) throw error;
    throw new ConflictError(
      `There is already a workflow called "${workflow.name}" (${workflow.slug}). Choose another name.`,
      'name-taken',
    );
  }
}

function toWorkflow({ _id, ...fields }: WorkflowDocument): Workflow {
  return { id: _id, ...fields };
}
