import { type Request, type Response, Router } from 'express';
import type { AuditFilter, AuditPlace } from '../../../../models/audit-store.ts';
import { placeOf } from '../../../engine/audit/audit.ts';
import { exportAll, Place, Progress, verifyMs } from '../../api/audit-routes.ts';
import { decodeCursor, encodeCursor } from '../../api/paging.ts';
import { adminKeyId } from '../../authentication.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { managerOf, servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { listPeople } from '../list-people.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { readAuditSearch, toAuditFilter } from './audit-filter.ts';
import { type AuditPageOptions, auditPage, textsOfAudit } from './audit-page.ts';

const entriesPerPage = 50;
const exportBatch = 500;

/** `/board/audit`: the log for the org's admins, its export, and the look at its hash chains. */
export function auditPageRoutes(deps: BoardDeps): Router {
  const { audit } = deps;
  const router = Router();
  router
    .route('/audit')
    .get((req, res) => show(deps, req, res, null))
    .all(refuseMethod('GET'));
  router
    .route('/audit/export')
    .get(async (req, res) => {
      const by = managerOf(req);
      const filter = await readFilter(req);
      const format = req.query['format'] === 'jsonl' ? 'jsonl' : 'csv';
      await exportAll(res, format, undefined, (after) =>
        audit.list(by, by.access.orgId, filter, { limit: exportBatch, after }),
      );
    })
    .all(refuseMethod('GET'));
  router
    .route('/audit/verify')
    .post(async (req, res) => {
      const by = managerOf(req);
      const cursor = fieldOf(req, 'cursor');
      const from = cursor === '' ? {} : { from: decodeCursor(Progress, cursor) };
      const report = await audit.verify(by, by.access.orgId, { ...from, maxMs: verifyMs });
      const nextCursor = report.next === null ? null : encodeCursor(report.next);
      await show(deps, req, res, { report, nextCursor });
    })
    .all(refuseMethod('POST'));
  return router;
}

/** A task is looked for by its number, as people see it, or by its whole id. */
async function readFilter(req: Request): Promise<AuditFilter> {
  const search = readAuditSearch(req);
  const ref = search.task.replace(/^#/, '').toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(ref)) return toAuditFilter({ ...search, task: ref });
  const found = await servicesOf(req).tasks.findByRef(managerOf(req).access.orgId, ref);
  return toAuditFilter({ ...search, task: found?.id ?? ref });
}

async function show(
  deps: BoardDeps,
  req: Request,
  res: Response,
  report: AuditPageOptions['report'],
): Promise<void> {
  const { audit, words, people } = deps;
  const by = managerOf(req);
  const { orgId } = by.access;
  const search = readAuditSearch(req);
  const cursor = req.query['cursor'];
  const after: AuditPlace | undefined =
    typeof cursor === 'string' && cursor !== '' ? decodeCursor(Place, cursor) : undefined;
  const [found, workflows, everybody, keys] = await Promise.all([
    audit.list(by, orgId, await readFilter(req), { limit: entriesPerPage + 1, after }),
    servicesOf(req).workflows.list(orgId),
    listPeople(deps, req),
    deps.apiKeys.list(by, orgId),
  ]);
  const entries = found.slice(0, entriesPerPage);
  const last = entries.at(-1);
  const nextCursor = found.length > entriesPerPage && last !== undefined ? encodeCursor(placeOf(last)) : null;
  const labels = await people.labelsOf(orgId, mentionedIds(textsOfAudit(entries, words)));
  const options = {
    viewer: viewerOf(req),
    search,
    entries,
    nextCursor,
    workflows,
    people: everybody,
    keys: [
      { keyId: adminKeyId, name: 'The admin key' },
      ...keys.flatMap(({ id, kind, name }) => (kind === 'team' ? [{ keyId: id, name: `Key: ${name}` }] : [])),
    ],
    report,
    words,
    labels,
  };
  res.type('html').send(auditPage(options));
}
