import { type Request, Router } from 'express';
import { z } from 'zod';
import { countFindings } from '../../domain/finding.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';

/** Nothing is asked for: the newest revision is checked. */
export const CheckBody = z.strictObject({});

/** Whether a workflow is right: what goes wrong, on which path, and what to do about it. */
export function checkRoutes({ checker }: { checker: Checker }): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/check')
    .post(async (req, res) => {
      parseBody(CheckBody, req.body ?? {});
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId } = callerOf(req as Request);
      const { definition } = await servicesOf(req as Request).workflows.get(orgId, workflowId);
      const findings = await checker.check(definition);
      res.json({ workflowId, revision: definition.revision, counts: countFindings(findings), findings });
    })
    .all(refuseMethod('POST'));
  return router;
}
