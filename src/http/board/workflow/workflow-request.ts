import type { Request } from 'express';
import { type Actor, actorOf } from '../../../domain/actor.ts';
import type { Step } from '../../../domain/definition.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import { requireEditable } from '../../../engine/workflows/restrict-workflows.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ConflictError, type FieldError, NotFoundError, ValidationError } from '../../../errors.ts';
import { callerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { viewerOf } from '../viewer.ts';

/** The workflow that the address names, if this person may see it. @throws NotFoundError */
export function readWorkflow(req: Request): Promise<WorkflowWithSteps> {
  const workflowId = requireId(textParam(req, 'workflowId'), 'workflow');
  return servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
}

/** The same, for whoever may change it. @throws PermissionError */
export async function readEditable(req: Request): Promise<WorkflowWithSteps> {
  const found = await readWorkflow(req);
  requireEditable(viewerOf(req).access, found.workflow);
  return found;
}

/** The step that the address names. @throws NotFoundError */
export function stepOf(req: Request, { definition }: WorkflowWithSteps): Step {
  const step = definition.steps.find(({ id }) => id === textParam(req, 'stepId'));
  if (step === undefined) throw new NotFoundError('There is no such step any more.');
  return step;
}

/** What the steps of an org can be made of. */
export function resourcesFor(
  { resources }: Pick<BoardDeps, 'resources'>,
  orgId: string,
): Promise<StepResources> {
  return resources.read(orgId, { toolsOf: 'all' });
}

/** Does what a form asks for; what the rules refuse is said where it was typed, and nothing that was typed is lost. */
export async function orSayWhy(
  save: () => Promise<void>,
  showAgain: (message: string, fields: readonly FieldError[], status: number) => Promise<void>,
): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    await showAgain(error.message, error.fields, error.status);
  }
}

export function textParam(req: Request, name: string): string {
  const value: unknown = req.params[name];
  return typeof value === 'string' ? value : '';
}

/** The revision that the page showed: what somebody else changed meanwhile is not overwritten. Undefined without one. */
export function expectedRevision(req: Request): number | undefined {
  const revision = Number(fieldOf(req, 'revision'));
  return Number.isInteger(revision) && revision > 0 ? revision : undefined;
}

export function actorOfViewer(req: Request): Actor {
  return actorOf(callerOf(req).caller);
}

/** Of the page on which a workflow is made. */
export function editPath(workflowId: string): string {
  return `/board/workflows/${workflowId}/edit`;
}
