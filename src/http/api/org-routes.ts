import { Router } from 'express';
import type { Org } from '../../../models/org.ts';
import { NotFoundError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf } from '../request-context.ts';
import { representOrg, wholeList } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

/** The orgs that the caller is a member of: for a key, its own. */
export function orgRoutes({ orgs, whyParked }: Pick<HttpDeps, 'orgs' | 'whyParked'>): Router {
  const represent = async (org: Org): Promise<object> =>
    representOrg(org, (await whyParked?.(org.id)) ?? null);
  const router = Router();
  router
    .route('/orgs')
    .get(async (req, res) => {
      const org = await orgs.find(callerOf(req).orgId);
      res.json(wholeList(org === null ? [] : [await represent(org)]));
    })
    .all(refuseMethod('GET'));
  router
    .route('/orgs/:orgId')
    .get(async (req, res) => {
      const org = await orgs.find(requireOwnOrg(req.params.orgId, callerOf(req)));
      if (org === null) throw new NotFoundError('There is no such org.');
      res.json(await represent(org));
    })
    .all(refuseMethod('GET'));
  return router;
}
