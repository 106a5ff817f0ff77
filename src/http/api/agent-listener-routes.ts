import { type Request, Router } from 'express';
import { z } from 'zod';
import {
  type AgentListener,
  AgentListenerChanges,
  AgentListenerInput,
  type ListenerLogEntry,
} from '../../domain/agent-listener.ts';
import type { HttpDeps } from '../http-deps.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { workflowOf } from './event-handler-routes.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { wholeList } from './representations.ts';

const Place = z.strictObject({
  at: z.iso.datetime().transform((text) => new Date(text)),
  eventId: z.string(),
});

/** Agents that listen to a workflow. */
export function agentListenerRoutes({ agentListeners }: Pick<HttpDeps, 'agentListeners'>): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/agent-listeners')
    .post(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const input = parseBody(AgentListenerInput, req.body);
      const by = managerOf(req);
      const made = await agentListeners.attach(by, workflow, input, reservedIdOf(req as Request));
      res
        .status(201)
        .location(`/api/workflows/${workflow.id}/agent-listeners/${made.id}`)
        .json(represent(made));
    })
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      res.json(wholeList((await agentListeners.list(workflow)).map(represent)));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId/agent-listeners/:listenerId')
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const listenerId = requireId(req.params.listenerId, 'agent listener');
      res.json(represent(await agentListeners.get(workflow, listenerId)));
    })
    .patch(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const listenerId = requireId(req.params.listenerId, 'agent listener');
      const changes = parseBody(AgentListenerChanges, req.body);
      res.json(represent(await agentListeners.change(managerOf(req), workflow, listenerId, changes)));
    })
    .delete(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const listenerId = requireId(req.params.listenerId, 'agent listener');
      await agentListeners.detach(managerOf(req), workflow, listenerId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));

  router
    .route('/workflows/:workflowId/agent-listeners/:listenerId/log')
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const listenerId = requireId(req.params.listenerId, 'agent listener');
      const { limit, cursor } = parseQuery(PageQuery, req.query);
      const after = cursor === undefined ? {} : { after: decodeCursor(Place, cursor) };
      const found = await agentListeners.log(workflow, listenerId, { limit: limit + 1, ...after });
      res.json(toPage(found, limit, ({ at, eventId }) => ({ at, eventId }), representEntry));
    })
    .all(refuseMethod('GET'));
  return router;
}

function represent(listener: AgentListener): object {
  const { id, orgId, workflowId, agentId, events, approvers, ignoreKeys, enabled } = listener;
  const { createdBy, createdAt, updatedAt } = listener;
  return {
    id,
    orgId,
    workflowId,
    agentId,
    events,
    approvers,
    ignoreKeys,
    enabled,
    createdBy,
    createdAt,
    updatedAt,
  };
}

function representEntry({ eventId, eventType, executionId, ...rest }: ListenerLogEntry): object {
  const { at, decision, reason, runId } = rest;
  return { eventId, eventType, executionId, at, decision, reason, runId };
}
