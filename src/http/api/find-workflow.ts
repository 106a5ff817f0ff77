import type { Request } from 'express';
import type { WorkflowWithSteps } from '../../engine/workflows/workflows.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';

/** The workflow that the path names, as the caller may see it. @throws NotFoundError */
export async function findWorkflow(req: Request<{ workflowId: string }>): Promise<WorkflowWithSteps> {
  const workflowId = requireId(req.params.workflowId, 'workflow');
  return servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
}
