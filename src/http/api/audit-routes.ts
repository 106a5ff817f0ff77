import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { AuditEntry, AuditFilter, AuditPlace } from '../../../models/audit-store.ts';
import { placeOf } from '../../engine/audit/audit.ts';
import { AppError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { sendParts } from '../send-parts.ts';
import {
  csvHeader,
  representAuditEntry,
  representVerification,
  toCsvLine,
  toJsonLine,
} from './audit-export.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseQuery } from './parse-input.ts';
import { requireOwnOrg } from './require-own-org.ts';

const Moment = z.iso
  .datetime({ offset: true, error: 'must be a time like 2027-01-31T12:00:00Z' })
  .transform((text) => new Date(text));
const Id = z.string().max(100, 'is too long');

export const ListEventsQuery = PageQuery.extend({
  type: Id.optional(),
  workflowId: Id.optional(),
  executionId: Id.optional(),
  /** Slack user id, the id of a key or of a schedule, or `system`. */
  actor: Id.optional(),
  since: Moment.optional(),
  until: Moment.optional(),
  /** Default: what `Accept` asks for, else `json`. `jsonl` and `csv` are the whole log and have no pages. */
  format: z.enum(['json', 'jsonl', 'csv'], 'must be json, jsonl or csv').optional(),
});
export type ListEventsQuery = z.infer<typeof ListEventsQuery>;

export const Place = z.strictObject({
  at: z.iso.datetime().transform((text) => new Date(text)),
  kind: z.enum(['org', 'execution']),
  key: z.string(),
});

const contentTypes = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  csv: 'text/csv',
} as const;
type Format = keyof typeof contentTypes;

export const VerifyEventsQuery = z.strictObject({
  /** Only this task's log. */
  executionId: Id.optional(),
  cursor: z.string().max(1_000, 'is too long').optional(),
});
export type VerifyEventsQuery = z.infer<typeof VerifyEventsQuery>;

const orgHead = z.strictObject({ seq: z.int().min(0), hash: z.string().max(64) });
const Id24 = z.string().regex(/^[0-9a-f]{24}$/);
export const Progress = z.discriminatedUnion('stage', [
  z.strictObject({ stage: z.literal('org'), orgHead }),
  z.strictObject({
    stage: z.literal('log'),
    orgHead,
    after: Place.pick({ at: true, key: true }).nullable(),
  }),
  z.strictObject({
    stage: z.literal('executions'),
    orgHead,
    after: z.strictObject({ workflowId: Id24, executionId: Id24 }).nullable(),
  }),
]);

/** Well within what a load balancer waits for an answer. */
export const verifyMs = 15_000;

/** How many entries are read at a time for an export. */
const exportBatch = 500;

/** The audit log of the org, newest first: in pages, or as a whole in JSONL or CSV. */
export function auditRoutes({ audit }: Pick<HttpDeps, 'audit'>): Router {
  const router = Router();
  router
    .route('/orgs/:orgId/events')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const { limit, cursor, format, ...filter } = parseQuery(ListEventsQuery, req.query);
      const wanted = format ?? acceptedBy(req as Request);
      const list = (after: AuditPlace | undefined, max: number): Promise<AuditEntry[]> =>
        audit.list(managerOf(req), orgId, filter satisfies AuditFilter, { limit: max, after });
      const after = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      if (wanted !== 'json') return exportAll(res, wanted, after, (place) => list(place, exportBatch));
      res.json(toPage(await list(after, limit + 1), limit, placeOf, representAuditEntry));
    })
    .all(refuseMethod('GET'));
  router
    .route('/orgs/:orgId/events/verify')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const { cursor, executionId } = parseQuery(VerifyEventsQuery, req.query);
      const by = managerOf(req);
      if (executionId !== undefined) {
        res.json(representVerification(await audit.verifyTask(by, orgId, executionId)));
        return;
      }
      const from = cursor === undefined ? {} : { from: decodeCursor(Progress, cursor) };
      res.json(representVerification(await audit.verify(by, orgId, { ...from, maxMs: verifyMs })));
    })
    .all(refuseMethod('GET'));
  return router;
}

function acceptedBy(req: Request): Format {
  const formats = Object.keys(contentTypes) as Format[];
  const types = formats.map((format) => contentTypes[format]);
  const accepted = req.accepts([...types, 'application/x-ndjson']);
  if (accepted === 'application/x-ndjson') return 'jsonl';
  const format = formats.find((candidate) => contentTypes[candidate] === accepted);
  if (format !== undefined) return format;
  throw new AppError('not-acceptable', 406, `There are: ${types.join(', ')}.`);
}

/** Reads no further than the receiver takes, and stops when it is gone. */
export async function exportAll(
  res: Response,
  format: Exclude<Format, 'json'>,
  from: AuditPlace | undefined,
  list: (after: AuditPlace | undefined) => Promise<AuditEntry[]>,
): Promise<void> {
  await sendParts(res, exportParts(format, from, list), () => {
    res.attachment(`events.${format}`).type(contentTypes[format]);
  });
}

async function* exportParts(
  format: Exclude<Format, 'json'>,
  from: AuditPlace | undefined,
  list: (after: AuditPlace | undefined) => Promise<AuditEntry[]>,
): AsyncGenerator<string> {
  const toLine = format === 'csv' ? toCsvLine : toJsonLine;
  let batch = await list(from);
  if (format === 'csv') yield csvHeader;
  while (batch.length > 0) {
    yield batch.map(toLine).join('');
    const last = batch.at(-1);
    batch = last === undefined || batch.length < exportBatch ? [] : await list(placeOf(last));
  }
}
