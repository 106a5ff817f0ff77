import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Workflow } from '../../domain/workflow.ts';
import type { HttpDeps } from '../http-deps.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { EventTypes, Scopes } from './plugin-input.ts';
import { representEventHandler } from './plugin-representations.ts';
import { wholeList } from './representations.ts';

/** `POST /api/workflows/:workflowId/event-handlers`; without `events` or `scopes` all of the plugin's. */
export const AttachPluginBody = z.strictObject({
  pluginId: z.string(),
  events: EventTypes.optional(),
  scopes: Scopes.optional(),
});

/** `PATCH …/event-handlers/:handlerId` */
export const ChangeEventHandlerBody = z.strictObject({ enabled: z.boolean() });

/** Plugins attached to a workflow. */
export function eventHandlerRoutes({ webhooks }: Pick<HttpDeps, 'webhooks'>): Router {
  const { handlers } = webhooks;
  const router = Router();

  router
    .route('/workflows/:workflowId/event-handlers')
    .post(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const attachment = parseBody(AttachPluginBody, req.body);
      const handler = await handlers.attach(
        managerOf(req as Request),
        workflow,
        attachment,
        reservedIdOf(req as Request),
      );
      res
        .status(201)
        .location(`/api/workflows/${workflow.id}/event-handlers/${handler.id}`)
        .json(representEventHandler(handler));
    })
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      res.json(wholeList((await handlers.list(workflow)).map(representEventHandler)));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId/event-handlers/:handlerId')
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const handlerId = requireId(req.params.handlerId, 'event handler');
      res.json(representEventHandler(await handlers.get(workflow, handlerId)));
    })
    .patch(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const handlerId = requireId(req.params.handlerId, 'event handler');
      const { enabled } = parseBody(ChangeEventHandlerBody, req.body);
      const by = managerOf(req as Request);
      res.json(representEventHandler(await handlers.setEnabled(by, workflow, handlerId, enabled)));
    })
    .delete(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const handlerId = requireId(req.params.handlerId, 'event handler');
      await handlers.detach(managerOf(req as Request), workflow, handlerId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  return router;
}

/** The workflow, if the caller may see it. @throws NotFoundError */
export async function workflowOf(req: Request, id: string): Promise<Workflow> {
  const workflowId = requireId(id, 'workflow');
  const { workflow } = await servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
  return workflow;
}
