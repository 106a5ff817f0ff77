import { type Request, Router } from 'express';
import { z } from 'zod';
import { MessageTriggerInput, ReactionTriggerInput, type Trigger } from '../../domain/trigger.ts';
import type { TriggerLogEntry } from '../../domain/trigger-log.ts';
import type { HttpDeps } from '../http-deps.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { AnyJson, parseBody, parseQuery } from './parse-input.ts';
import { wholeList } from './representations.ts';

/** What is started by Slack. Intakes and schedules, which are triggers too, are made by routes of their own. */
export const CreateTriggerBody = z.discriminatedUnion('kind', [MessageTriggerInput, ReactionTriggerInput]);

/** `PATCH …/triggers/:triggerId`, of every kind. Each setting that is given replaces the one there is. */
export const ChangeTriggerBody = z
  .strictObject({
    name: z.string().trim().min(1, 'must not be empty').max(80, 'must be at most 80 characters'),
    enabled: z.boolean(),
    settings: z.record(z.string(), AnyJson, { error: 'must be an object' }),
  })
  .partial();

const Place = z.strictObject({ at: z.iso.datetime().transform((text) => new Date(text)), id: z.string() });

/** What starts tasks of a workflow without a person asking for each, and what it decided. */
export function triggerRoutes({ triggers }: Pick<HttpDeps, 'triggers'>): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/triggers')
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      res.json(wholeList((await triggers.list(managerOf(req), workflowId)).map(representTrigger)));
    })
    .post(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      // Whether they may see the workflow comes before what is wrong with the trigger.
      await triggers.list(managerOf(req), workflowId);
      const input = parseBody(CreateTriggerBody, req.body);
      const id = reservedIdOf(req as Request);
      const trigger = await triggers.create(managerOf(req), workflowId, input, id);
      res
        .status(201)
        .location(`/api/workflows/${workflowId}/triggers/${trigger.id}`)
        .json(representTrigger(trigger));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/workflows/:workflowId/triggers/:triggerId')
    .get(async (req, res) => {
      const { workflowId, triggerId } = idsOf(req.params);
      res.json(representTrigger(await triggers.get(managerOf(req), workflowId, triggerId)));
    })
    .patch(async (req, res) => {
      const { workflowId, triggerId } = idsOf(req.params);
      const given = Object.entries(parseBody(ChangeTriggerBody, req.body));
      const changes = Object.fromEntries(given.filter(([, value]) => value !== undefined));
      res.json(representTrigger(await triggers.change(managerOf(req), workflowId, triggerId, changes)));
    })
    .delete(async (req, res) => {
      const { workflowId, triggerId } = idsOf(req.params);
      await triggers.delete(managerOf(req), workflowId, triggerId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  router
    .route('/workflows/:workflowId/triggers/:triggerId/log')
    .get(async (req, res) => {
      const { workflowId, triggerId } = idsOf(req.params);
      const { limit, cursor } = parseQuery(PageQuery, req.query);
      const after = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      const found = await triggers.log(managerOf(req), workflowId, triggerId, { limit: limit + 1, after });
      res.json(toPage(found, limit, ({ at, id }) => ({ at, id }), representLogEntry));
    })
    .all(refuseMethod('GET'));
  return router;
}

function idsOf(params: { workflowId: string; triggerId: string }): { workflowId: string; triggerId: string } {
  return {
    workflowId: requireId(params.workflowId, 'workflow'),
    triggerId: requireId(params.triggerId, 'trigger'),
  };
}

/** A trigger as the outside sees it. */
export function representTrigger(trigger: Trigger): object {
  const { id, orgId, workflowId, name, kind, enabled, settings, createdBy, createdAt, updatedAt } = trigger;
  return { id, orgId, workflowId, name, kind, enabled, settings, createdBy, createdAt, updatedAt };
}

function representLogEntry(entry: TriggerLogEntry): object {
  const { id, triggerId, at, decision, reason, executionId, sourceKey } = entry;
  return { id, triggerId, at, decision, reason, executionId, sourceKey };
}
