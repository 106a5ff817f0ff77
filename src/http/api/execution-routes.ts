import { Router } from 'express';
import { z } from 'zod';
import type { Services } from '../../engine/access/restriction.ts';
import type { TaskFilter } from '../../engine/tasks.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { PageQuery, decodeCursor, pageOfGrowing, toPage } from './paging.ts';
import { AnyJsonObject, parseBody, parseQuery } from './parse-input.ts';
import { type List, representEvent, representExecution, representStepExecution } from './representations.ts';
import { startOnce } from './start-once.ts';

export const StartBody = z.strictObject({ inputs: AnyJsonObject.default({}) });
export type StartBody = z.infer<typeof StartBody>;

const Time = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-03-02T09:00:00Z' })
  .transform((text) => new Date(text));

export const ListExecutionsQuery = PageQuery.extend({
  status: z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED']).optional(),
  /** A Slack user id, or the id of a key. */
  startedBy: z.string().min(1, 'must not be empty').max(100).optional(),
  /** As in `assignees`: a Slack user id, an email, `@group` or `#channel`. */
  waitingFor: z.string().min(1, 'must not be empty').max(300).optional(),
  /** Id of the step that they are at. */
  pointer: z.string().min(1, 'must not be empty').max(100).optional(),
  createdAfter: Time.optional(),
  createdBefore: Time.optional(),
});
export type ListExecutionsQuery = z.infer<typeof ListExecutionsQuery>;

/** The last execution of a page. */
const Place = z.string().regex(/^[0-9a-f]{24}$/);

/** Executions: start, list, read, with their stack and their log. */
export function executionRoutes(): Router {
  const router = Router();

  router
    .route('/workflows/executions/:executionId')
    .get(async (req, res) => {
      const executionId = requireId(req.params.executionId, 'task');
      const { state } = await servicesOf(req).engine.read(callerOf(req).orgId, executionId);
      res.json(representExecution(state));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/executions/:executionId/stack')
    .get(async (req, res) => {
      const executionId = requireId(req.params.executionId, 'task');
      const page = parseQuery(PageQuery, req.query);
      const { state } = await servicesOf(req).engine.read(callerOf(req).orgId, executionId);
      res.json(pageOfGrowing(state.stack, page, representStepExecution));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/executions/:executionId/logs')
    .get(async (req, res) => {
      const executionId = requireId(req.params.executionId, 'task');
      const page = parseQuery(PageQuery, req.query);
      const events = await servicesOf(req).engine.readLog(callerOf(req).orgId, executionId);
      res.json(pageOfGrowing(events, page, representEvent));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/:workflowId/executions')
    .post(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { inputs } = parseBody(StartBody, req.body);
      const idempotencyKey = idempotencyKeyOf(req);
      const state = await startOnce(servicesOf(req).engine, callerOf(req), {
        workflowId,
        inputs,
        idempotencyKey,
      });
      res.status(201).location(`/api/workflows/executions/${state.id}`).json(representExecution(state));
    })
    .get(async (req, res) => {
      const { orgId } = callerOf(req);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const query = parseQuery(ListExecutionsQuery, req.query);
      await servicesOf(req).workflows.get(orgId, workflowId);
      res.json(await listPage(servicesOf(req), orgId, workflowId, query));
    })
    .all(refuseMethod('GET', 'POST'));

  return router;
}

async function listPage(
  { tasks }: Services,
  orgId: string,
  workflowId: string,
  { limit, cursor, waitingFor, ...equal }: ListExecutionsQuery,
): Promise<List<object>> {
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const filter: TaskFilter = {
    ...Object.fromEntries(given),
    workflowId,
    ...(waitingFor === undefined ? {} : { waitingFor: [waitingFor] }),
  };
  const before = cursor === undefined ? {} : { before: decodeCursor(Place, cursor) };
  const found = await tasks.list(orgId, filter, { limit: limit + 1, ...before });
  return toPage(found, limit, ({ id }) => id, representExecution);
}
