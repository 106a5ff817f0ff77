import { Router } from 'express';
import { z } from 'zod';
import type { Services } from '../../engine/restriction.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { AnyJsonObject, parseBody, parseQuery } from './parse-input.ts';
import {
  type List,
  representEvent,
  representExecution,
  representStepExecution,
  wholeList,
} from './representations.ts';
import { startOnce } from './start-once.ts';

/** For `limit`, at most and by default. One more is read, to know whether there is more. */
const maxLimit = 50;

const StartBody = z.strictObject({ inputs: AnyJsonObject.default({}) });

const ListQuery = z.strictObject({
  limit: z.coerce
    .number({ error: `must be a whole number from 1 to ${maxLimit}` })
    .int(`must be a whole number from 1 to ${maxLimit}`)
    .min(1, `must be a whole number from 1 to ${maxLimit}`)
    .max(maxLimit, `must be a whole number from 1 to ${maxLimit}`)
    .default(maxLimit),
  cursor: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'must be the nextCursor of an earlier answer')
    .optional(),
  status: z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED']).optional(),
});
type ListQuery = z.infer<typeof ListQuery>;

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
      const { state } = await servicesOf(req).engine.read(callerOf(req).orgId, executionId);
      res.json(wholeList(state.stack.map(representStepExecution)));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/executions/:executionId/logs')
    .get(async (req, res) => {
      const executionId = requireId(req.params.executionId, 'task');
      const events = await servicesOf(req).engine.readLog(callerOf(req).orgId, executionId);
      res.json(wholeList(events.map(representEvent)));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/:workflowId/executions')
    .post(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { inputs } = parseBody(StartBody, req.body);
      const idempotencyKey = req.get('idempotency-key');
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
      const query = parseQuery(ListQuery, req.query);
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
  { limit, cursor, status }: ListQuery,
): Promise<List<object>> {
  const filter = { workflowId, ...(status === undefined ? {} : { status }) };
  const page = { limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) };
  const found = await tasks.list(orgId, filter, page);
  const items = found.slice(0, limit);
  return {
    items: items.map(representExecution),
    nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null,
  };
}
