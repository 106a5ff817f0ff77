import type { Org } from '../../../models/org.ts';
import type { Step } from '../../domain/definition.ts';
import { nextStep } from '../../domain/definition.ts';
import type { ExecutionEvent } from '../../domain/event.ts';
import type { ExecutionState, StepExecution } from '../../domain/execution.ts';
import type { StepRun } from '../../domain/step-run.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { ChangedStep, WorkflowWithSteps } from '../../engine/workflows/workflows.ts';

/** What the outside sees. Times are `Date` here and become ISO 8601 UTC in the JSON. */
export interface List<Item> {
  items: Item[];
  /** Send it as `cursor` for what comes next; null at the end. */
  nextCursor: string | null;
}

export function wholeList<Item>(items: Item[]): List<Item> {
  return { items, nextCursor: null };
}

/** @param parkedBecause why the org's work is parked; null when it is not */
export function representOrg(
  { id, name, slackTeamId, createdAt }: Org,
  parkedBecause: string | null,
): object {
  return { id, name, slackTeamId, createdAt, parkedBecause };
}

/** A workflow without its steps, as in lists. */
export function representWorkflow(workflow: Workflow): object {
  const { id, orgId, teamId, name, slug, description, status, revision } = workflow;
  const { inputsSchema, postTo = 'origin', createdBy, createdAt, updatedAt } = workflow;
  return {
    id,
    orgId,
    teamId,
    name,
    slug,
    description,
    status,
    revision,
    inputsSchema,
    postTo,
    createdBy,
    createdAt,
    updatedAt,
  };
}

export function representWorkflowWithSteps({ workflow, definition, warnings }: WorkflowWithSteps): object {
  const steps = representSteps(definition.steps);
  return { ...representWorkflow(workflow), steps, ...(warnings === undefined ? {} : { warnings }) };
}

/** A step that was made or changed, with what was saved of it although it cannot work yet. */
export function representChangedStep({ step, updated }: ChangedStep): object {
  const { steps } = updated.definition;
  const prefix = `steps/${steps.indexOf(step)}/`;
  const warnings = (updated.warnings ?? []).flatMap(({ path, message }) =>
    path.startsWith(prefix) ? [{ path: path.slice(prefix.length), message }] : [],
  );
  return { ...representStep(step, steps), ...(warnings.length === 0 ? {} : { warnings }) };
}

/** Steps in order, each as it travels, with its place. */
export function representSteps(steps: readonly Step[]): object[] {
  return steps.map((step) => representStep(step, steps));
}

/** `nextId` is the next step by position, which handoffs may pass over; null for the last. */
export function representStep(step: Step, steps: readonly Step[]): object {
  const { id, ...travels } = step;
  return {
    id,
    ...travels,
    isFirstStep: steps[0]?.id === id,
    nextId: nextStep(steps, id)?.id ?? null,
  };
}

export function representExecution(state: ExecutionState): object {
  const { id, workflowId, orgId, revision, status, pointer, context } = state;
  const { startedBy, failure, createdAt, updatedAt, endedAt, expiresAt } = state;
  return {
    id,
    workflowId,
    orgId,
    revision,
    status,
    pointer,
    context,
    startedBy,
    failure,
    createdAt,
    updatedAt,
    endedAt,
    expiresAt,
  };
}

export function representStepExecution(stepExecution: StepExecution): object {
  const { id, index, stepId, stepName, type, visit, status, inputs, assignees, votes } = stepExecution;
  const { outcome, condition, output, actor, comment, failure, undeliverable } = stepExecution;
  const { scheduledAt, startedAt, endedAt, timers } = stepExecution;
  const { asks, prefilled, decisionDigest, delegations, unanswerable } = stepExecution;
  return {
    id,
    index,
    stepId,
    stepName,
    type,
    visit,
    status,
    inputs,
    assignees,
    asks,
    votes,
    prefilled,
    decisionDigest,
    delegations,
    unanswerable,
    outcome,
    condition,
    output,
    actor,
    comment,
    failure,
    run: representRun(stepExecution.run),
    undeliverable,
    scheduledAt,
    startedAt,
    endedAt,
    dueAt: timers.deadlineAt,
  };
}

/** Without what only workers need to know of each other. */
function representRun(run: StepRun | null): object | null {
  if (run === null) return null;
  const { attempt, handler, waiting, usage, log } = run;
  return { handler: handler ?? null, attempt, waiting, usage, calls: log };
}

/** An event with its place in the chain, so that a reader can verify it. */
export function representEvent(event: ExecutionEvent): object {
  const { id, type, createdAt, orgId, workflowId, executionId, stepId, stepName } = event;
  const { seq, actor, data, prevHash, hash } = event;
  return {
    id,
    type,
    createdAt,
    orgId,
    workflowId,
    executionId,
    stepId,
    stepName,
    seq,
    actor,
    data,
    prevHash,
    hash,
  };
}
