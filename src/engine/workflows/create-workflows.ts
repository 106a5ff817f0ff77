import type { WorkflowStore } from '../../../models/workflow-store.ts';
import type { Clock } from '../../clock.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Definition, Step, StepInput } from '../../domain/definition.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { OrgEventDraft } from '../../domain/org-event.ts';
import { type Workflow, type WorkflowStatus, slugify } from '../../domain/workflow.ts';
import { ConflictError, type FieldError, NotFoundError, ValidationError } from '../../errors.ts';
import { applyEdit, type Edit } from './apply-edit.ts';
import { checkDefinition } from './check-definition.ts';
import type { CheckNamed } from './check-named.ts';
import { type Checker, requireNoErrors } from './checker.ts';
import { type EditFact, describeCreation, describeEdit } from './describe-edit.ts';
import {
  requireStep,
  withStepChanged,
  withStepDeleted,
  withStepDuplicated,
  withStepsReordered,
} from './edit-steps.ts';
import type { DefinitionSource } from '../engine-deps.ts';
import { matchWorkflow } from './match-workflow.ts';
import { definitionOf, newWorkflow, withIds } from './new-workflow.ts';
import type { WorkflowEvents } from './workflow-events.ts';
import type {
  ChangedStep,
  CreateWorkflow,
  Expected,
  StepChange,
  WorkflowChanges,
  WorkflowMatch,
  WorkflowPage,
  WorkflowWithSteps,
  Workflows,
} from './workflows.ts';

interface WorkflowsDeps {
  store: WorkflowStore;
  definitions: DefinitionSource;
  clock: Clock;
  newId: IdSource;
  /** Where changes are told. Absent: nowhere. */
  events?: WorkflowEvents;
  /** Absent: there are no teams. */
  hasTeam?: (orgId: string, teamId: string) => Promise<boolean>;
  /** Switches off what starts a workflow by itself. Absent: nothing does. */
  switchOffTriggers?: (orgId: string, workflowId: string, at: Date) => Promise<void>;
  /** Looks whether what steps name is there. Absent: whatever they name is taken. */
  checkNamed?: CheckNamed;
  /** Looks whether a workflow is right before it is activated. Absent: whatever can be saved is. */
  checker?: Checker;
}

/** How often a change is made anew when somebody else was faster. */
const maxAttempts = 5;

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
    await this.#requireTeam(workflow);
    const warnings = await this.#checkNamed(request.orgId, { workflow, definition }, null);
    const created = { workflow, definition, ...(warnings.length === 0 ? {} : { warnings }) };
    const outbox = this.#draft(workflow, describeCreation(created), request.createdBy);
    if (!(await store.insert(workflow, definition, outbox))) return this.get(request.orgId, workflow.id);
    await this.#deps.events?.publish(workflow.id);
    return created;
  }

  async get(orgId: string, workflowId: string): Promise<WorkflowWithSteps> {
    const workflow = await this.#deps.store.find(orgId, workflowId);
    if (workflow === null || workflow.status === 'ARCHIVED')
      throw new NotFoundError('There is no such workflow.');
    return { workflow, definition: await this.#deps.definitions.loadDefinition(workflow.revisionId) };
  }

  async getRevision(orgId: string, workflowId: string, revision: number): Promise<Definition> {
    const { workflow, definition } = await this.get(orgId, workflowId);
    if (revision === workflow.revision) return definition;
    const found = await this.#deps.store.findRevision(workflowId, revision);
    if (found === null) throw new NotFoundError(`This workflow has no revision ${revision}.`);
    return found;
  }

  async list(orgId: string, page?: WorkflowPage): Promise<Workflow[]> {
    return this.#deps.store.list(orgId, page);
  }

  async match(orgId: string, text: string): Promise<WorkflowMatch> {
    const exact = await this.#deps.store.findBySlug(orgId, slugify(text));
    return exact === null ? matchWorkflow(await this.list(orgId), text) : { kind: 'one', workflow: exact };
  }

  async change(
    orgId: string,
    workflowId: string,
    { steps, ...changes }: WorkflowChanges,
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps> {
    const { newId } = this.#deps;
    const edit: Edit = { ...changes, ...(steps === undefined ? {} : { steps: withIds(steps, newId) }) };
    return this.#edit(orgId, workflowId, by, expected, () => edit);
  }

  async addStep(
    orgId: string,
    workflowId: string,
    stepInput: StepInput,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    const step: Step = { ...stepInput, id: stepInput.id ?? this.#deps.newId() };
    const updated = await this.#edit(orgId, workflowId, by, expected, ({ definition: { steps } }) =>
      steps.some(({ id }) => id === step.id) ? {} : { steps: [...steps, step] },
    );
    return { step: requireStep(updated.definition.steps, step.id), updated };
  }

  async changeStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    change: StepChange,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    const updated = await this.#edit(orgId, workflowId, by, expected, ({ definition }) => ({
      steps: withStepChanged(definition.steps, stepId, change),
    }));
    return { step: requireStep(updated.definition.steps, stepId), updated };
  }

  async deleteStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    { redirectTo, expected }: { redirectTo?: string; expected?: Expected } = {},
  ): Promise<WorkflowWithSteps> {
    return this.#edit(orgId, workflowId, by, expected, ({ definition }) => ({
      steps: withStepDeleted(definition.steps, stepId, redirectTo),
    }));
  }

  async reorderSteps(
    orgId: string,
    workflowId: string,
    stepIds: readonly string[],
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps> {
    return this.#edit(orgId, workflowId, by, expected, ({ definition }) => ({
      steps: withStepsReordered(definition.steps, stepIds),
    }));
  }

  async duplicateStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    const copyId = this.#deps.newId();
    const updated = await this.#edit(orgId, workflowId, by, expected, ({ definition }) => ({
      steps: withStepDuplicated(definition.steps, stepId, copyId),
    }));
    return { step: requireStep(updated.definition.steps, copyId), updated };
  }

  async setStatus(
    orgId: string,
    workflowId: string,
    status: WorkflowStatus,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow> {
    return (await this.#edit(orgId, workflowId, by, expected, () => ({ status }))).workflow;
  }

  async archive(orgId: string, workflowId: string, by: Actor, expected?: Expected): Promise<void> {
    await this.setStatus(orgId, workflowId, 'ARCHIVED', by, expected);
    // Nobody finds them any more to do it, and what they hear they would answer for. When this process dies before, the
    // repair does it, as for those that are made at this very moment.
    await this.#deps.switchOffTriggers?.(orgId, workflowId, this.#deps.clock.now());
  }

  async setTeam(
    orgId: string,
    workflowId: string,
    teamId: string | null,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow> {
    return (await this.#edit(orgId, workflowId, by, expected, () => ({ teamId }))).workflow;
  }

  /** Reads, decides and writes, again when somebody else was faster and the caller does not insist. */
  async #edit(
    orgId: string,
    workflowId: string,
    by: Actor,
    expected: Expected | undefined,
    decide: (before: WorkflowWithSteps) => Edit,
  ): Promise<WorkflowWithSteps> {
    const { store, definitions, events, newId, clock } = this.#deps;
    let before = await this.get(orgId, workflowId);
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      requireExpected(before.workflow, expected);
      const after = applyEdit(before, decide(before), { newRevisionId: newId(), now: clock.now() });
      const facts = describeEdit(before, after);
      if (facts.length === 0) return before;
      const isNewRevision = after.workflow.revision !== before.workflow.revision;
      if (isNewRevision) checkDefinition(after.definition);
      if (isActivated(before.workflow, after.workflow)) await this.#check(after.definition);
      const warnings = isNewRevision ? await this.#checkNamed(orgId, after, before) : [];
      if (after.workflow.teamId !== before.workflow.teamId) await this.#requireTeam(after.workflow);
      const outbox = this.#draft(after.workflow, facts, by);
      const definition = isNewRevision ? after.definition : null;
      if (await store.replace(before.workflow, after.workflow, definition, outbox)) {
        definitions.forgetWorkflow(workflowId);
        await events?.publish(workflowId);
        return warnings.length === 0 ? after : { ...after, warnings };
      }
      before = await this.get(orgId, workflowId);
    }
    throw changedMeanwhile(before.workflow);
  }

  /** @throws CheckFailed */
  async #check(definition: Definition): Promise<void> {
    requireNoErrors(definition, (await this.#deps.checker?.check(definition)) ?? []);
  }

  async #checkNamed(
    orgId: string,
    { definition }: WorkflowWithSteps,
    before: WorkflowWithSteps | null,
  ): Promise<FieldError[]> {
    return (await this.#deps.checkNamed?.(orgId, definition.steps, before?.definition.steps ?? [])) ?? [];
  }

  /** @throws ValidationError */
  async #requireTeam({ orgId, teamId }: Workflow): Promise<void> {
    if (teamId === null || (await this.#deps.hasTeam?.(orgId, teamId)) === true) return;
    const message = 'is no team of this org';
    throw new ValidationError(`teamId ${message}.`, [{ path: 'teamId', message }]);
  }

  #draft({ id: workflowId, orgId, updatedAt }: Workflow, facts: EditFact[], actor: Actor): OrgEventDraft[] {
    const { events, newId } = this.#deps;
    if (events === undefined) return [];
    return facts.map((fact) => ({ ...fact, id: newId(), orgId, workflowId, actor, createdAt: updatedAt }));
  }
}

/** What the API makes is active from the start; only what was not is activated. */
function isActivated(before: Workflow, after: Workflow): boolean {
  return before.status !== 'ACTIVE' && after.status === 'ACTIVE';
}

function requireExpected(workflow: Workflow, expected: Expected | undefined): void {
  if (typeof expected === 'function') return expected(workflow);
  if (expected !== undefined && expected !== workflow.revision) throw changedMeanwhile(workflow);
}

function changedMeanwhile(workflow: Workflow): ConflictError {
  return new ConflictError(
    `"${workflow.name}" was changed by somebody else meanwhile. Look at it again, then repeat your change.`,
    'changed-meanwhile',
  );
}
