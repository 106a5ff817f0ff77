import type { Request } from 'express';
import { type Actor, actorOf } from '../../../domain/actor.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { callerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import { fieldOf } from '../csrf.ts';

/** The workflow that the address names, if this person may see it. @throws NotFoundError */
export function readWorkflow(req: Request): Promise<WorkflowWithSteps> {
  const workflowId = requireId(textParam(req, 'workflowId'), 'workflow');
  return servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
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
