import { type Request, Router } from 'express';
import type { ProvingEvent } from '../../domain/why.ts';
import type { WhySource } from '../../engine/explain/create-why.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';

/** Why a task is where it is: one cause, the events that prove it, and what to do next. */
export function whyRoutes({ why }: { why: WhySource }): Router {
  const router = Router();
  router
    .route('/workflows/executions/:executionId/why')
    .get(async (req, res) => {
      const executionId = requireId(req.params.executionId, 'task');
      const { orgId } = callerOf(req as Request);
      const { engine } = servicesOf(req as Request);
      const { events, ...found } = await why.ofTask(engine, orgId, executionId);
      res.json({ executionId, ...found, events: events.map(representEvent) });
    })
    .all(refuseMethod('GET'));
  return router;
}

function representEvent({ at, ...event }: ProvingEvent): object {
  return { ...event, at: at.toISOString() };
}
