import type { Actor } from '../../domain/actor.ts';
import type { Definition, Step, StepInput } from '../../domain/definition.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { PostTo } from '../../domain/post-to.ts';
import type { Scenario } from '../../domain/rehearsal.ts';
import type { Workflow, WorkflowStatus } from '../../domain/workflow.ts';
import type { FieldError } from '../../errors.ts';

export interface CreateWorkflow {
  orgId: string;
  teamId: string | null;
  name: string;
  description: string;
  inputsSchema: JsonSchema;
  steps: StepInput[];
  status: Extract<WorkflowStatus, 'DRAFT' | 'ACTIVE'>;
  createdBy: Actor;
  /** Default: `origin`. */
  postTo?: PostTo;
  /** Default: none. */
  scenarios?: Scenario[];
  /** The id to be given to it, so that a repetition finds what was made before. Default: a new one. */
  id?: string;
}

/** A workflow with the steps of its newest revision. */
export interface WorkflowWithSteps {
  workflow: Workflow;
  definition: Definition;
  /** After a change: what was saved although it cannot work yet. Paths begin with `steps/<index>`. Absent: nothing. */
  warnings?: FieldError[];
}

/** One step, and the workflow as it stands after the change. */
export interface ChangedStep {
  step: Step;
  updated: WorkflowWithSteps;
}

/** Changes to a definition; what is left out stays. */
export interface WorkflowChanges {
  name?: string;
  description?: string;
  inputsSchema?: JsonSchema;
  postTo?: PostTo;
  /** All its scenarios. Changing them makes no new revision. */
  scenarios?: Scenario[];
  /** All steps, in order. A step without `id` is new. */
  steps?: StepInput[];
  status?: WorkflowStatus;
  /** Null: it belongs to the whole org. */
  teamId?: string | null;
}

/** Fields of a step as it travels: each replaces the step's, `null` takes it away, what is left out stays (RFC 7396, top level). */
export type StepChange = Readonly<Record<string, unknown>>;

/**
 * What the caller takes the workflow for: the number of its newest revision, or a function that throws
 * when it is no longer what they have seen. The write is made only upon exactly what was checked.
 */
export type Expected = number | ((workflow: Workflow) => void);

/** One page of a list. */
export interface WorkflowPage {
  limit: number;
  /** The last workflow of the page before. */
  after?: Pick<Workflow, 'id' | 'name'>;
  /** Only workflows of these teams; null: of none. Default: of every team, and of none. */
  teamIds?: readonly (string | null)[];
  status?: WorkflowStatus;
}

/** What a person means by a name that they typed. */
export type WorkflowMatch =
  | { kind: 'one'; workflow: Workflow }
  /** The text is a prefix of several names. */
  | { kind: 'several'; workflows: Workflow[] }
  /** Nothing fits; `suggestion` is the name that is nearest, when one is near. */
  | { kind: 'none'; suggestion: Workflow | null };

/**
 * Reads and changes workflow definitions. Every call stays within one org. A change of the definition
 * makes a new revision, while running tasks keep theirs; one that changes nothing makes none. Each change
 * is logged among the org's events. With `expected` a change is refused (ConflictError
 * `changed-meanwhile`) when somebody else was first; without it, it is made upon whatever stands.
 */
export interface Workflows {
  /** @throws ValidationError with the paths that are wrong; ConflictError when the name is taken */
  create(request: CreateWorkflow): Promise<WorkflowWithSteps>;
  /** @throws NotFoundError */
  get(orgId: string, workflowId: string): Promise<WorkflowWithSteps>;
  /** One of its revisions, by number. @throws NotFoundError */
  getRevision(orgId: string, workflowId: string, revision: number): Promise<Definition>;
  /** By name; archived ones are left out. Without a page: all, of the first 2,000. */
  list(orgId: string, page?: WorkflowPage): Promise<Workflow[]>;
  /** By slug or name in any case, or a unique prefix of either. */
  match(orgId: string, text: string): Promise<WorkflowMatch>;
  /** @throws NotFoundError, ValidationError, ConflictError */
  change(
    orgId: string,
    workflowId: string,
    changes: WorkflowChanges,
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps>;
  /**
   * Adds a step at the end. A step whose `id` the workflow has already is left as it is.
   * @returns the step with its id @throws as `change`
   */
  addStep(
    orgId: string,
    workflowId: string,
    step: StepInput,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep>;
  /**
   * Changes one step. When it is renamed, the handoffs that lead to it follow; templates that read
   * `steps.<old name>` do not, because a text may mean anything.
   * @throws as `change`; NotFoundError when the workflow has no such step
   */
  changeStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    change: StepChange,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep>;
  /**
   * @param redirectTo where handoffs that lead to the step shall lead then: another step's name, or `complete`
   * @throws as `changeStep`; ConflictError `step-in-use`, naming the steps, when handoffs lead to it and
   *   `redirectTo` is not given
   */
  deleteStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    options?: { redirectTo?: string; expected?: Expected },
  ): Promise<WorkflowWithSteps>;
  /** @param stepIds each of the steps' ids exactly once, in the new order @throws as `change` */
  reorderSteps(
    orgId: string,
    workflowId: string,
    stepIds: readonly string[],
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps>;
  /** Adds a copy behind the step, under the next free name. @throws as `changeStep` */
  duplicateStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep>;
  /** `ARCHIVED` is for good. @throws NotFoundError, ConflictError */
  setStatus(
    orgId: string,
    workflowId: string,
    status: WorkflowStatus,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow>;
  /**
   * From now on nobody finds it, its name is free, and nothing starts it; its tasks go on, and stay readable.
   * @throws as `setStatus`
   */
  archive(orgId: string, workflowId: string, by: Actor, expected?: Expected): Promise<void>;
  /** @param teamId null: it belongs to the whole org @throws as `setStatus` */
  setTeam(
    orgId: string,
    workflowId: string,
    teamId: string | null,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow>;
}
