import type { Actor } from '../domain/actor.ts';
import type { Definition, Step, StepInput } from '../domain/definition.ts';
import type { JsonSchema } from '../domain/json-schema.ts';
import type { Workflow, WorkflowStatus } from '../domain/workflow.ts';

export interface CreateWorkflow {
  orgId: string;
  teamId: string | null;
  name: string;
  description: string;
  inputsSchema: JsonSchema;
  steps: StepInput[];
  status: Extract<WorkflowStatus, 'DRAFT' | 'ACTIVE'>;
  createdBy: Actor;
}

/** A workflow with the steps of its newest revision. */
export interface WorkflowWithSteps {
  workflow: Workflow;
  definition: Definition;
}

/** Changes to a definition; what is left out stays. */
export interface WorkflowChanges {
  name?: string;
  description?: string;
  inputsSchema?: JsonSchema;
  /** All steps, in order. A step without `id` is new. */
  steps?: StepInput[];
}

/** What a person means by a name that they typed. */
export type WorkflowMatch =
  | { kind: 'one'; workflow: Workflow }
  /** The text is a prefix of several names. */
  | { kind: 'several'; workflows: Workflow[] }
  /** Nothing fits; `suggestion` is the name that is nearest, when one is near. */
  | { kind: 'none'; suggestion: Workflow | null };

/** Reads and changes workflow definitions. Every call stays within one org. */
export interface Workflows {
  /** @throws ValidationError with the paths that are wrong; ConflictError when the name is taken */
  create(request: CreateWorkflow): Promise<WorkflowWithSteps>;
  /** @throws NotFoundError */
  get(orgId: string, workflowId: string): Promise<WorkflowWithSteps>;
  /** By name; archived ones are left out. At most 200. */
  list(orgId: string): Promise<Workflow[]>;
  /** By slug or name in any case, or a unique prefix of either. */
  match(orgId: string, text: string): Promise<WorkflowMatch>;
  /**
   * Makes a new revision. Running tasks keep theirs.
   * @param expectedRevision when given, the change is refused unless this is still the newest
   * @throws NotFoundError, ValidationError, ConflictError
   */
  change(
    orgId: string,
    workflowId: string,
    changes: WorkflowChanges,
    by: Actor,
    expectedRevision?: number,
  ): Promise<WorkflowWithSteps>;
  /** Adds a step at the end. @returns the step with its id @throws as `change` */
  addStep(
    orgId: string,
    workflowId: string,
    step: StepInput,
    by: Actor,
  ): Promise<{ step: Step; updated: WorkflowWithSteps }>;
  /** @throws NotFoundError */
  setStatus(orgId: string, workflowId: string, status: WorkflowStatus, by: Actor): Promise<Workflow>;
}
