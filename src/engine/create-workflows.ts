import { distance } from 'fastest-levenshtein';
import type { WorkflowStore } from '../../models/workflow-store.ts';
import type { Clock } from '../clock.ts';
import type { Actor } from '../domain/actor.ts';
import type { Definition, Step, StepInput } from '../domain/definition.ts';
import type { IdSource } from '../domain/ids.ts';
import { type Workflow, type WorkflowStatus, slugify } from '../domain/workflow.ts';
import { ConflictError, NotFoundError, ValidationError } from '../errors.ts';
import { checkDefinition } from './check-definition.ts';
import type { DefinitionSource } from './engine-deps.ts';
import type {
  CreateWorkflow,
  WorkflowChanges,
  WorkflowMatch,
  WorkflowWithSteps,
  Workflows,
} from './workflows.ts';

interface WorkflowsDeps {
  store: WorkflowStore;
  definitions: DefinitionSource;
  clock: Clock;
  newId: IdSource;
}

const maxNameLength = 100;
/** How many letters a typed name may be wrong by and still be recognised. */
const maxTypoDistance = 3;

/** Workflow definitions over the store. */
export function createWorkflows(deps: WorkflowsDeps): Workflows {
  return new StoreWorkflows(deps);
}

class StoreWorkflows implements Workflows {
  readonly #deps: WorkflowsDeps;

  constructor(deps: WorkflowsDeps) {
    this.#deps = deps;
  }

  async create(request: CreateWorkflow): Promise<WorkflowWithSteps> {
    const { store, newId, clock } = this.#deps;
    const workflow = newWorkflow(request, newId, clock.now());
    const definition = definitionOf(workflow, withIds(request.steps, newId));
    checkDefinition(definition);
    await store.insert(workflow, definition);
    return { workflow, definition };
  }

  async get(orgId: string, workflowId: string): Promise<WorkflowWithSteps> {
    const workflow = await this.#deps.store.find(orgId, workflowId);
    if (workflow === null || workflow.status === 'ARCHIVED')
      throw new NotFoundError('There is no such workflow.');
    return { workflow, definition: await this.#deps.definitions.loadDefinition(workflow.revisionId) };
  }

  async change(
    orgId: string,
    workflowId: string,
    changes: WorkflowChanges,
    _by: Actor,
    expectedRevision?: number,
  ): Promise<WorkflowWithSteps> {
    const { store, newId, clock } = this.#deps;
    const before = await this.get(orgId, workflowId);
    const { revision } = before.workflow;
    if (expectedRevision !== undefined && expectedRevision !== revision)
      throw changedMeanwhile(before.workflow);
    const workflow = changedWorkflow(before.workflow, changes, newId(), clock.now());
    const steps = changes.steps === undefined ? before.definition.steps : withIds(changes.steps, newId);
    const definition = definitionOf(workflow, steps);
    checkDefinition(definition);
    if (!(await store.replace(workflow, definition, revision))) throw changedMeanwhile(before.workflow);
    this.#deps.definitions.forgetWorkflow(workflowId);
    return { workflow, definition };
  }

  async addStep(
    orgId: string,
    workflowId: string,
    stepInput: StepInput,
    by: Actor,
  ): Promise<{ step: Step; updated: WorkflowWithSteps }> {
    const { workflow, definition } = await this.get(orgId, workflowId);
    const step: Step = { ...stepInput, id: this.#deps.newId() };
    const updated = await this.change(
      orgId,
      workflowId,
      { steps: [...definition.steps, step] },
      by,
      workflow.revision,
    );
    return { step, updated };
  }

  async match(orgId: string, text: string): Promise<WorkflowMatch> {
    const exact = await this.#deps.store.findBySlug(orgId, slugify(text));
    return exact === null ? matchWorkflow(await this.list(orgId), text) : { kind: 'one', workflow: exact };
  }

  async list(orgId: string): Promise<Workflow[]> {
    return this.#deps.store.list(orgId);
  }

  async setStatus(orgId: string, workflowId: string, status: WorkflowStatus): Promise<Workflow> {
    const workflow = await this.#deps.store.setStatus(orgId, workflowId, status, this.#deps.clock.now());
    if (workflow === null) throw new NotFoundError('There is no such workflow.');
    this.#deps.definitions.forgetWorkflow(workflowId);
    return workflow;
  }
}

function newWorkflow(request: CreateWorkflow, newId: IdSource, now: Date): Workflow {
  const name = requireName(request.name);
  const { orgId, teamId, inputsSchema, status, createdBy } = request;
  return {
    id: newId(),
    orgId,
    teamId,
    name,
    slug: slugify(name),
    description: request.description.trim(),
    status,
    revision: 1,
    revisionId: newId(),
    inputsSchema,
    createdBy,
    createdAt: now,
    updatedAt: now,
  };
}

/** By slug or name in any case; else a unique prefix; else the nearest name as a suggestion. */
export function matchWorkflow(workflows: readonly Workflow[], text: string): WorkflowMatch {
  const typed = text.trim().toLowerCase();
  const slug = slugify(typed);
  const exact = workflows.find((workflow) => workflow.slug === slug || workflow.name.toLowerCase() === typed);
  if (exact !== undefined) return { kind: 'one', workflow: exact };
  const byPrefix = workflows.filter((workflow) => typed !== '' && workflow.slug.startsWith(slug));
  const [only] = byPrefix;
  if (only !== undefined)
    return byPrefix.length === 1 ? { kind: 'one', workflow: only } : { kind: 'several', workflows: byPrefix };
  const nearest = workflows
    .map((workflow) => ({ workflow, wrong: distance(workflow.slug, slug) }))
    .sort((left, right) => left.wrong - right.wrong)[0];
  const isNear =
    nearest !== undefined && nearest.wrong <= Math.min(maxTypoDistance, Math.ceil(slug.length / 3));
  return { kind: 'none', suggestion: isNear ? nearest.workflow : null };
}

function requireName(text: string): string {
  const name = text.trim();
  if (name.length > 0 && name.length <= maxNameLength) return name;
  const message = `must have 1 to ${maxNameLength} characters`;
  throw new ValidationError(`The name ${message}.`, [{ path: 'name', message }]);
}

function withIds(steps: readonly StepInput[], newId: IdSource): Step[] {
  return steps.map((step) => ({ ...step, id: step.id ?? newId() }));
}

function definitionOf(workflow: Workflow, steps: Step[]): Definition {
  const { revisionId, revision, id: workflowId, orgId, name, inputsSchema } = workflow;
  return { revisionId, revision, workflowId, orgId, name, inputsSchema, steps };
}

function changedWorkflow(
  workflow: Workflow,
  changes: WorkflowChanges,
  revisionId: string,
  now: Date,
): Workflow {
  const name = changes.name === undefined ? workflow.name : requireName(changes.name);
  return {
    ...workflow,
    name,
    slug: slugify(name),
    description: changes.description?.trim() ?? workflow.description,
    inputsSchema: changes.inputsSchema ?? workflow.inputsSchema,
    revision: workflow.revision + 1,
    revisionId,
    updatedAt: now,
  };
}

function changedMeanwhile(workflow: Workflow): ConflictError {
  return new ConflictError(
    `"${workflow.name}" was changed by somebody else meanwhile. Look at it again, then repeat your change.`,
    'changed-meanwhile',
  );
}
