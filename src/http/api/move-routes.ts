import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import type { Definition } from '../../domain/definition.ts';
import { maxMovedTasks, moveTasks, previewMoves } from '../../engine/revisions/move-tasks.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { findWorkflow } from './find-workflow.ts';
import { parseBody } from './parse-input.ts';
import { wholeList } from './representations.ts';

/** Without `executionIds`: every task that can be moved. */
export const MoveBody = z.strictObject({
  executionIds: z
    .array(z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of an execution'))
    .min(1, 'must name one')
    .max(maxMovedTasks, `must be at most ${maxMovedTasks}`)
    .optional(),
});
export type MoveBody = z.infer<typeof MoveBody>;

/** Running tasks, moved to the newest revision: first what would become of each, then it is done. */
export function moveRoutes({ clock }: Pick<HttpDeps, 'clock'>): Router {
  const router = Router();

  router
    .route('/workflows/:workflowId/moves')
    .get(async (req, res) => {
      const { definition } = await findWorkflow(req);
      const items = await previewMoves(servicesOf(req), definition, callerOf(req).caller, clock.now());
      res.json(wholeList(items));
    })
    .post(async (req, res) => {
      const { workflow, definition } = await findWorkflow(req);
      const { executionIds } = parseBody(MoveBody, req.body);
      const { caller } = callerOf(req);
      const services = servicesOf(req);
      // Who may change the workflow may move its tasks: a change of nothing says so, or refuses.
      await services.workflows.change(workflow.orgId, workflow.id, {}, actorOf(caller));
      const ids = executionIds ?? (await movable(req, definition));
      res.json(wholeList(await moveTasks(services, definition, ids, caller)));
    })
    .all(refuseMethod('GET', 'POST'));

  async function movable(req: Request, definition: Definition): Promise<string[]> {
    const all = await previewMoves(servicesOf(req), definition, callerOf(req).caller, clock.now());
    return all.filter(({ problem }) => problem === null).map(({ executionId }) => executionId);
  }

  return router;
}
