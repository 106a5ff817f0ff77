import type mongoose from 'mongoose';
import type { Definition } from '../src/domain/definition.ts';
import type { OrgEventDraft } from '../src/domain/org-event.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { ConflictError } from '../src/errors.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type WorkflowDocument, revisionModel, workflowModel } from './workflow.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

const maxListed = 2_000;
/** Those of agents that listen are nobody's to see. */
const notHidden = { listensTo: { $exists: false } };
const withoutOutbox = { projection: { outbox: 0 } } as const;
const forLists = { projection: { outbox: 0, scenarios: 0 } } as const;

type Filter = mongoose.mongo.Filter<WorkflowDocument>;

/** Workflows and their revisions. */
export interface WorkflowStore {
  /**
   * @param outbox what is to be told of it, committed with it
   * @returns false when there is a workflow with this id already
   * @throws ConflictError when the org has another workflow with this slug
   */
  insert(workflow: Workflow, definition: Definition, outbox: readonly OrgEventDraft[]): Promise<boolean>;
  /** Only within the org. */
  find(orgId: string, workflowId: string): Promise<Workflow | null>;
  /** The one that is not archived. */
  findBySlug(orgId: string, slug: string): Promise<Workflow | null>;
  /** True when the org has, or had, a workflow with this slug; archived ones count. */
  knowsSlug(orgId: string, slug: string): Promise<boolean>;
  /** By name; archived ones are left out. Without a page: the first 2,000. */
  list(orgId: string, page?: WorkflowListPage): Promise<Workflow[]>;
  /**
   * Writes what was changed, if revision, status, team and scenarios are still as they were before. A revision whose
   * race was lost is taken away again.
   * @param definition the next revision; null when it stays
   * @returns false when somebody else was first
   */
  replace(
    before: Workflow,
    after: Workflow,
    definition: Definition | null,
    outbox: readonly OrgEventDraft[],
  ): Promise<boolean>;
  /** Takes away a workflow that nobody has seen and nothing was started of, with its revision. */
  remove(workflow: Pick<Workflow, 'id' | 'orgId' | 'revisionId'>): Promise<void>;
  /** By its number. @returns null when the workflow has never had it */
  findRevision(workflowId: string, revision: number): Promise<Definition | null>;
  /** @returns null when there is no such revision */
  loadDefinition(revisionId: string): Promise<Definition | null>;
}

export interface WorkflowListPage {
  limit: number;
  after?: Pick<Workflow, 'id' | 'name'>;
  /** Only of these teams; null: of none. */
  teamIds?: readonly (string | null)[];
  status?: Workflow['status'];
}

/** Workflows and their revisions in MongoDB. */
export function createWorkflowStore(database: Database): WorkflowStore {
  return new MongoWorkflowStore(database);
}

class MongoWorkflowStore implements WorkflowStore {
  readonly #workflows: mongoose.mongo.Collection<WorkflowDocument>;
  readonly #revisions: ReturnType<typeof revisionModel>;

  constructor(database: Database) {
    this.#workflows = nativeCollection<WorkflowDocument>(database, workflowModel(database).collection.name);
    this.#revisions = revisionModel(database);
  }

  async insert(
    workflow: Workflow,
    definition: Definition,
    outbox: readonly OrgEventDraft[],
  ): Promise<boolean> {
    await this.#storeRevision(definition, workflow.updatedAt);
    const { id, ...fields } = workflow;
    const document = { _id: id, ...fields, ...(outbox.length === 0 ? {} : { outbox: [...outbox] }) };
    try {
      await orConflict(workflow, () => this.#workflows.insertOne(document, { writeConcern: durable }));
      return true;
    } catch (error) {
      // The name may be taken by the very workflow that is made again.
      if (!isDuplicateKey(error) && !(error instanceof ConflictError)) throw error;
      if ((await this.#workflows.findOne({ _id: id }, { projection: { _id: 1 } })) === null) throw error;
      return false;
    }
  }

  async find(orgId: string, workflowId: string): Promise<Workflow | null> {
    return this.#findOne({ _id: workflowId, orgId });
  }

  async findBySlug(orgId: string, slug: string): Promise<Workflow | null> {
    return this.#findOne({ orgId, slug, status: { $in: ['DRAFT', 'ACTIVE', 'PAUSED'] }, ...notHidden });
  }

  async knowsSlug(orgId: string, slug: string): Promise<boolean> {
    return (await this.#findOne({ orgId, slug })) !== null;
  }

  async list(orgId: string, page?: WorkflowListPage): Promise<Workflow[]> {
    const filter: Filter = { orgId, status: page?.status ?? { $ne: 'ARCHIVED' }, ...notHidden };
    const both: Filter[] = [];
    if (page?.teamIds !== undefined) both.push({ teamId: { $in: [...page.teamIds] } });
    if (page?.after !== undefined) {
      const { id, name } = page.after;
      filter.name = { $gte: name };
      both.push({ $or: [{ name: { $gt: name } }, { _id: { $gt: id } }] });
    }
    const documents = await this.#workflows
      .find(both.length === 0 ? filter : { ...filter, $and: both }, forLists)
      .sort({ name: 1, _id: 1 })
      .limit(page?.limit ?? maxListed)
      .toArray();
    return documents.map(toWorkflow);
  }

  async replace(
    before: Workflow,
    after: Workflow,
    definition: Definition | null,
    outbox: readonly OrgEventDraft[],
  ): Promise<boolean> {
    if (definition !== null) await this.#storeRevision(definition, after.updatedAt);
    const { id, orgId, ...fields } = after;
    const { revision, status, teamId } = before;
    const scenariosVersion = before.scenariosVersion ?? { $exists: false };
    const result = await orConflict(after, () =>
      this.#workflows.updateOne(
        { _id: id, orgId, revision, status, teamId, scenariosVersion },
        { $set: fields, ...(outbox.length === 0 ? {} : { $push: { outbox: { $each: [...outbox] } } }) },
        { writeConcern: durable },
      ),
    );
    const isReplaced = result.matchedCount === 1;
    // Nobody has seen it, and the number belongs to the revision that was first.
    if (!isReplaced && definition !== null) await this.#removeRevision(definition.revisionId);
    return isReplaced;
  }

  async remove({ id, orgId, revisionId }: Pick<Workflow, 'id' | 'orgId' | 'revisionId'>): Promise<void> {
    await this.#workflows.deleteOne({ _id: id, orgId }, { writeConcern: durable });
    await this.#removeRevision(revisionId);
  }

  async loadDefinition(revisionId: string): Promise<Definition | null> {
    return toDefinition(await this.#revisions.collection.findOne({ _id: revisionId as never }));
  }

  async findRevision(workflowId: string, revision: number): Promise<Definition | null> {
    return toDefinition(
      await this.#revisions.collection.findOne({ workflowId, revision }, { sort: { createdAt: -1 } }),
    );
  }

  async #findOne(filter: Filter): Promise<Workflow | null> {
    const document = await this.#workflows.findOne(filter, withoutOutbox);
    return document === null ? null : toWorkflow(document);
  }

  async #storeRevision(definition: Definition, createdAt: Date): Promise<void> {
    const { revisionId, ...fields } = definition;
    // It is there already when the workflow is made again that a process died over.
    await this.#revisions.collection.updateOne(
      { _id: revisionId as never },
      { $setOnInsert: { ...fields, createdAt } },
      { upsert: true },
    );
  }

  async #removeRevision(revisionId: string): Promise<void> {
    await this.#revisions.collection.deleteOne({ _id: revisionId as never });
  }
}

async function orConflict<T>(workflow: Workflow, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicateKey(error) || !('slug' in (error.keyPattern ?? {}))) throw error;
    throw new ConflictError(
      `There is already a workflow called "${workflow.name}" (${workflow.slug}). Choose another name.`,
      'name-taken',
    );
  }
}

function toDefinition(document: mongoose.mongo.WithId<mongoose.mongo.Document> | null): Definition | null {
  if (document === null) return null;
  const { _id, createdAt: _createdAt, ...definition } = document;
  return { revisionId: String(_id), ...definition } as unknown as Definition;
}

function toWorkflow({ _id, outbox: _outbox, ...fields }: WorkflowDocument): Workflow {
  return { id: _id, ...fields };
}
