import { type Request, Router } from 'express';
import { z } from 'zod';
import { deliveryStates } from '../../domain/delivery.ts';
import type { EventHandler } from '../../domain/event-handler.ts';
import { NotFoundError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { workflowOf } from './event-handler-routes.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { EmptyBody } from './plugin-input.ts';
import { representDelivery } from './plugin-representations.ts';

export const ListDeliveriesQuery = PageQuery.extend({
  state: z.enum(deliveryStates, { error: `must be one of ${deliveryStates.join(', ')}` }).optional(),
});

/** What became of a handler's events, and sending them again. */
export function deliveryRoutes({ webhooks }: Pick<HttpDeps, 'webhooks'>): Router {
  const { handlers, deliveries } = webhooks;
  const router = Router();
  const base = '/workflows/:workflowId/event-handlers/:handlerId/deliveries';

  async function handlerOf(
    req: Request,
    params: { workflowId: string; handlerId: string },
  ): Promise<EventHandler> {
    const workflow = await workflowOf(req, params.workflowId);
    return handlers.get(workflow, requireId(params.handlerId, 'event handler'));
  }

  async function forReplay(
    req: Request,
    params: { workflowId: string; handlerId: string },
  ): Promise<EventHandler> {
    const workflow = await workflowOf(req, params.workflowId);
    const handlerId = requireId(params.handlerId, 'event handler');
    return handlers.forChange(managerOf(req), workflow, handlerId);
  }

  router
    .route(base)
    .get(async (req, res) => {
      const { id: handlerId, pluginId } = await handlerOf(req as Request, req.params);
      const { state, limit, cursor } = parseQuery(ListDeliveriesQuery, req.query);
      const before = cursor === undefined ? undefined : decodeCursor(z.string(), cursor);
      const found = await deliveries.list({ handlerId, state, before, limit: limit + 1 });
      const isOwn = await ownsPlugin(webhooks, req as Request, pluginId);
      res.json(
        toPage(
          found,
          limit,
          ({ id }) => id,
          (delivery) => representDelivery(delivery, isOwn),
        ),
      );
    })
    .all(refuseMethod('GET'));

  router
    .route(`${base}/replay`)
    .post(async (req, res) => {
      parseBody(EmptyBody, req.body);
      res.json({ replayed: await deliveries.replayDead(await forReplay(req as Request, req.params)) });
    })
    .all(refuseMethod('POST'));

  router
    .route(`${base}/:deliveryId/replay`)
    .post(async (req, res) => {
      parseBody(EmptyBody, req.body);
      const handler = await forReplay(req as Request, req.params);
      const delivery = await deliveries.replay(handler, requireId(req.params.deliveryId, 'delivery'));
      res.json(representDelivery(delivery, await ownsPlugin(webhooks, req as Request, handler.pluginId)));
    })
    .all(refuseMethod('POST'));
  return router;
}

/** Whether the receiver is the caller's own, so that they may see what it answers. */
async function ownsPlugin(
  { plugins }: HttpDeps['webhooks'],
  req: Request,
  pluginId: string,
): Promise<boolean> {
  const { access, orgId } = callerOf(req);
  if (access.handler !== null) return false;
  try {
    return (await plugins.get(access, pluginId)).orgId === orgId;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
