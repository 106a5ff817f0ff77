import { type Access, canEditWorkflow, canSeeWorkflow, isAdmin } from '../../domain/access.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Definition, StepInput } from '../../domain/definition.ts';
import type { Workflow, WorkflowStatus } from '../../domain/workflow.ts';
import { NotFoundError, PermissionError, ValidationError } from '../../errors.ts';
import { requireMember } from '../people/manager.ts';
import { matchWorkflow } from './match-workflow.ts';
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

/**
 * The workflows as one caller may use them. What they may not see does not exist for them
 * (`NotFoundError`); what they may see and not change says who may (`PermissionError`).
 */
export function restrictWorkflows(inner: Workflows, access: Access): Workflows {
  return new RestrictedWorkflows(inner, access);
}

/** @throws PermissionError that says who may, for a workflow that the caller may see */
export function requireEditable(access: Access, workflow: Workflow): void {
  if (canEditWorkflow(access, workflow)) return;
  if (access.role === 'guest') requireMember({ access });
  if (access.handler !== null) {
    throw new PermissionError('This token may only read. Attach the plugin with the scope WORKFLOW_WRITE.');
  }
  const owner = workflow.teamId === null ? 'whoever made this workflow' : 'the team that owns this workflow';
  throw new PermissionError(`Only ${owner}, and the admins of the org, can change it.`);
}

class RestrictedWorkflows implements Workflows {
  readonly #inner: Workflows;
  readonly #access: Access;

  constructor(inner: Workflows, access: Access) {
    this.#inner = inner;
    this.#access = access;
  }

  async create(request: CreateWorkflow): Promise<WorkflowWithSteps> {
    this.#requireOrg(request.orgId);
    if (this.#access.handler === null) requireMember({ access: this.#access });
    return this.#inner.create({ ...request, teamId: this.#requireTeam(request.teamId) });
  }

  async get(orgId: string, workflowId: string): Promise<WorkflowWithSteps> {
    this.#requireOrg(orgId);
    const found = await this.#inner.get(orgId, workflowId);
    const isHidden = found.workflow.listensTo !== undefined;
    if (isHidden || !canSeeWorkflow(this.#access, found.workflow)) throw noSuchWorkflow();
    return found;
  }

  async getRevision(orgId: string, workflowId: string, revision: number): Promise<Definition> {
    await this.get(orgId, workflowId);
    return this.#inner.getRevision(orgId, workflowId, revision);
  }

  async list(orgId: string, page?: WorkflowPage): Promise<Workflow[]> {
    this.#requireOrg(orgId);
    const { handler, role, teamIds: own } = this.#access;
    const teamIds = role === 'guest' ? own : [null, ...own];
    // A page is filled with what the caller may see, so the database has to know.
    const ofTeams = page === undefined || isAdmin(this.#access) || handler !== null ? {} : { teamIds };
    const all = await this.#inner.list(orgId, page === undefined ? undefined : { ...page, ...ofTeams });
    return all.filter((workflow) => canSeeWorkflow(this.#access, workflow));
  }

  async match(orgId: string, text: string): Promise<WorkflowMatch> {
    this.#requireOrg(orgId);
    const found = await this.#inner.match(orgId, text);
    if (found.kind === 'one' && canSeeWorkflow(this.#access, found.workflow)) return found;
    // Hidden workflows are neither suggested, nor do they make a name ambiguous.
    return matchWorkflow(await this.list(orgId), text);
  }

  async change(
    orgId: string,
    workflowId: string,
    changes: WorkflowChanges,
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps> {
    await this.#requireEditable(orgId, workflowId);
    const { teamId } = changes;
    const toTeam = teamId === undefined ? {} : { teamId: this.#requireTeam(teamId) };
    return this.#inner.change(orgId, workflowId, { ...changes, ...toTeam }, by, expected);
  }

  async addStep(
    orgId: string,
    workflowId: string,
    step: StepInput,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.addStep(orgId, workflowId, step, by, expected);
  }

  async changeStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    change: StepChange,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.changeStep(orgId, workflowId, stepId, change, by, expected);
  }

  async deleteStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    options?: { redirectTo?: string; expected?: Expected },
  ): Promise<WorkflowWithSteps> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.deleteStep(orgId, workflowId, stepId, by, options);
  }

  async reorderSteps(
    orgId: string,
    workflowId: string,
    stepIds: readonly string[],
    by: Actor,
    expected?: Expected,
  ): Promise<WorkflowWithSteps> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.reorderSteps(orgId, workflowId, stepIds, by, expected);
  }

  async duplicateStep(
    orgId: string,
    workflowId: string,
    stepId: string,
    by: Actor,
    expected?: Expected,
  ): Promise<ChangedStep> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.duplicateStep(orgId, workflowId, stepId, by, expected);
  }

  async setStatus(
    orgId: string,
    workflowId: string,
    status: WorkflowStatus,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.setStatus(orgId, workflowId, status, by, expected);
  }

  async archive(orgId: string, workflowId: string, by: Actor, expected?: Expected): Promise<void> {
    await this.#requireEditable(orgId, workflowId);
    await this.#inner.archive(orgId, workflowId, by, expected);
  }

  async setTeam(
    orgId: string,
    workflowId: string,
    teamId: string | null,
    by: Actor,
    expected?: Expected,
  ): Promise<Workflow> {
    await this.#requireEditable(orgId, workflowId);
    return this.#inner.setTeam(orgId, workflowId, this.#requireTeam(teamId), by, expected);
  }

  async #requireEditable(orgId: string, workflowId: string): Promise<void> {
    const { workflow } = await this.get(orgId, workflowId);
    requireEditable(this.#access, workflow);
  }

  #requireOrg(orgId: string): void {
    if (orgId !== this.#access.orgId) throw new NotFoundError('There is no such org.');
  }

  /** The team that a new workflow belongs to: what a team's key makes is its team's. */
  #requireTeam(teamId: string | null): string | null {
    const { handler, teamIds, userId } = this.#access;
    if (handler !== null) {
      throw new PermissionError("An event handler's token is for one workflow, and makes no others.");
    }
    if (teamId === null) {
      const isTeamKey = userId === null && !isAdmin(this.#access);
      return isTeamKey ? (teamIds[0] ?? null) : null;
    }
    // Whether there is such a team is found out further in.
    if (isAdmin(this.#access) || teamIds.includes(teamId)) return teamId;
    const message = 'must be the id of one of your teams';
    throw new ValidationError(`teamId ${message}.`, [{ path: 'teamId', message }]);
  }
}

function noSuchWorkflow(): NotFoundError {
  return new NotFoundError('There is no such workflow.');
}
