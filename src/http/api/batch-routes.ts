import { type Request, Router } from 'express';
import { z } from 'zod';
import {
  type Batch,
  BatchOptions,
  type BatchRow,
  maxPacePerMinute,
  rowStatuses,
} from '../../domain/batch.ts';
import { deriveId } from '../../domain/ids.ts';
import { requireStarter } from '../../engine/batches/create-batches.ts';
import { AppError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { liftBodyDeadline } from '../body-deadline.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { sendParts } from '../send-parts.ts';
import { workflowOf } from './event-handler-routes.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { readJson } from './read-json.ts';

const formats = { 'text/csv': 'csv', 'application/x-ndjson': 'jsonl', 'application/jsonl': 'jsonl' } as const;
export const batchTypes = Object.keys(formats) as (keyof typeof formats)[];

/** `POST /api/workflows/:workflowId/batches`: what is asked of the rows stands in the query, because the body is the file. */
export const CreateBatchQuery = BatchOptions;

/** `PATCH …/batches/:batchId` */
export const ChangeBatchBody = z.strictObject({
  status: z.enum(['RUNNING', 'PAUSED', 'CANCELLED'], 'must be RUNNING, PAUSED or CANCELLED').optional(),
  skipInvalid: z.boolean().optional(),
  pacePerMinute: z.number().int().min(1).max(maxPacePerMinute).optional(),
});

export const ListRowsQuery = PageQuery.extend({
  status: z.enum(rowStatuses, `must be one of ${rowStatuses.join(', ')}`).optional(),
});

const list = '/workflows/:workflowId/batches';
const BatchPlace = z.string().regex(/^[0-9a-f]{24}$/);
const RowPlace = z.int().min(0);

/** Batches: a file of rows, each of which becomes a task. Comes before the bodies of all others are read as JSON. */
export function batchRoutes({ batches }: Pick<HttpDeps, 'batches'>): Router {
  const router = Router();
  router
    .route(list)
    .post(async (req, res) => {
      liftBodyDeadline(req);
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      requireStarter(managerOf(req));
      const query = parseQuery(CreateBatchQuery, req.query);
      const format = formatOf(req as Request);
      const id = batchIdOf(req as Request, workflow.id);
      const file = bodyOf(req as Request);
      const made = await batches.check(managerOf(req), workflow, { ...query, format, id }, file);
      res.status(201).location(`/api/workflows/${workflow.id}/batches/${made.id}`).json(representBatch(made));
    })
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const { limit, cursor } = parseQuery(PageQuery, req.query);
      const before = cursor === undefined ? {} : { before: decodeCursor(BatchPlace, cursor) };
      const found = await batches.list(workflow, { limit: limit + 1, ...before });
      res.json(toPage(found, limit, ({ id }) => id, representBatch));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route(`${list}/:batchId`)
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      res.json(representBatch(await batches.get(workflow, requireId(req.params.batchId, 'batch'))));
    })
    .patch(...readJson(), async (req: Request<{ workflowId: string; batchId: string }>, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const batchId = requireId(req.params.batchId, 'batch');
      const change = parseBody(ChangeBatchBody, req.body);
      res.json(representBatch(await batches.change(managerOf(req), workflow, batchId, change)));
    })
    .all(refuseMethod('GET', 'PATCH'));
  return router.use(rowRoutes(batches));
}

/** What is in a batch, and what became of it. */
function rowRoutes(batches: HttpDeps['batches']): Router {
  const router = Router();
  router
    .route(`${list}/:batchId/rows`)
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const batchId = requireId(req.params.batchId, 'batch');
      const { limit, cursor, status } = parseQuery(ListRowsQuery, req.query);
      const after = cursor === undefined ? {} : { after: decodeCursor(RowPlace, cursor) };
      const wanted = status === undefined ? {} : { status };
      const found = await batches.rows(workflow, batchId, { limit: limit + 1, ...after, ...wanted });
      res.json(toPage(found, limit, ({ row }) => row, representRow));
    })
    .all(refuseMethod('GET'));

  router
    .route(`${list}/:batchId/result`)
    .get(async (req, res) => {
      const workflow = await workflowOf(req as Request, req.params.workflowId);
      const { id } = await batches.get(workflow, requireId(req.params.batchId, 'batch'));
      await sendParts(res, batches.result(workflow, id), () => {
        res.attachment(`result-${id}.csv`).type('text/csv');
      });
    })
    .all(refuseMethod('GET'));
  return router;
}

/** The body as it comes. Of what is refused in the middle the rest is read and forgotten, so that the answer arrives. */
async function* bodyOf(req: Request): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } finally {
    req.resume();
  }
}

function formatOf(req: Request): 'csv' | 'jsonl' {
  const type = batchTypes.find((known) => req.is(known) === known);
  if (type !== undefined) return formats[type];
  throw new AppError('unsupported-media-type', 415, `Send the rows as one of: ${batchTypes.join(', ')}.`);
}

/** The same key of the same caller makes one batch of a workflow. */
function batchIdOf(req: Request, workflowId: string): string | undefined {
  const key = idempotencyKeyOf(req);
  return key === undefined ? undefined : deriveId('batch', callerOf(req).keyId, workflowId, key);
}

function representBatch(batch: Batch): object {
  const { id, orgId, workflowId, name, format, rowKey, label, pacePerMinute, status, reason } = batch;
  const { rows, counts, problems, createdBy, createdAt, updatedAt, startedAt, endedAt } = batch;
  return {
    id,
    orgId,
    workflowId,
    name,
    format,
    rowKey,
    label,
    pacePerMinute,
    status,
    reason,
    rows,
    counts,
    problems,
    createdBy,
    createdAt,
    updatedAt,
    startedAt,
    endedAt,
  };
}

function representRow({ row, rowKey, status, errors, executionId, wasThere }: BatchRow): object {
  return { row, rowKey, status, errors, executionId, wasThere };
}
