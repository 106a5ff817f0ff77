import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Plugin } from '../../domain/plugin.ts';
import { expectTag } from '../etag.ts';
import type { HttpDeps } from '../http-deps.ts';
import { locateMadeBefore, reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { ChangePluginBody, CreatePluginBody, EmptyBody, RotateSecretBody } from './plugin-input.ts';
import { representPlugin } from './plugin-representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

const hourMs = 3_600_000;

export const ListPluginsQuery = PageQuery.extend({
  isPublic: z.literal('true', { error: 'must be true, or left out for those of your org' }).optional(),
});

/** Plugins: register a receiver, prove whose it is, change it, rotate its secret. */
export function pluginRoutes({ webhooks }: Pick<HttpDeps, 'webhooks'>): Router {
  const { plugins } = webhooks;
  const router = Router();

  router
    .route('/orgs/:orgId/plugins')
    .post(async (req, res) => {
      requireOwnOrg(req.params.orgId, callerOf(req as Request));
      const { type: _type, ...input } = parseBody(CreatePluginBody, req.body);
      const id = reservedIdOf(req as Request);
      const { plugin, secret } = await plugins
        .create(managerOf(req as Request), input, id)
        .catch(locateMadeBefore(res, `/api/plugins/${id ?? ''}`));
      answer(res.status(201).location(`/api/plugins/${plugin.id}`), req as Request, plugin, { secret });
    })
    .get(async (req, res) => {
      const { access, orgId } = callerOf(req as Request);
      requireOwnOrg(req.params.orgId, callerOf(req as Request));
      const { isPublic, limit, cursor } = parseQuery(ListPluginsQuery, req.query);
      const before = cursor === undefined ? undefined : decodeCursor(z.string(), cursor);
      const query = { isPublic: isPublic === 'true', before, limit: limit + 1 };
      const found = await plugins.list(access, query);
      res.json(
        toPage(
          found,
          limit,
          ({ id }) => id,
          (plugin) => representPlugin(plugin, { orgId }),
        ),
      );
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/plugins/:pluginId')
    .get(async (req, res) => {
      const pluginId = requireId(req.params.pluginId, 'plugin');
      answer(res, req as Request, await plugins.get(callerOf(req as Request).access, pluginId));
    })
    .patch(async (req, res) => {
      const pluginId = requireId(req.params.pluginId, 'plugin');
      const changes = parseBody(ChangePluginBody, req.body);
      const by = managerOf(req as Request);
      answer(res, req as Request, await plugins.change(by, pluginId, changes, expectTag(req, etagOf)));
    })
    .delete(async (req, res) => {
      const pluginId = requireId(req.params.pluginId, 'plugin');
      await plugins.remove(managerOf(req as Request), pluginId, expectTag(req, etagOf));
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));

  addCalls(router, webhooks);
  return router;
}

function addCalls(router: Router, { plugins }: HttpDeps['webhooks']): void {
  router
    .route('/plugins/:pluginId/verify-webhook')
    .post(async (req, res) => {
      const pluginId = requireId(req.params.pluginId, 'plugin');
      parseBody(EmptyBody, req.body);
      answer(res, req as Request, await plugins.verify(managerOf(req as Request), pluginId));
    })
    .all(refuseMethod('POST'));

  router
    .route('/plugins/:pluginId/rotate-secret')
    .post(async (req, res) => {
      const pluginId = requireId(req.params.pluginId, 'plugin');
      const { overlapHours } = parseBody(RotateSecretBody, req.body);
      const by = managerOf(req as Request);
      const { plugin, secret } = await plugins.rotateSecret(by, pluginId, overlapHours * hourMs);
      answer(res, req as Request, plugin, { secret });
    })
    .all(refuseMethod('POST'));
}

/** @param once what is shown in this answer and never again */
function answer(res: Response, req: Request, plugin: Plugin, once: { secret?: string } = {}): void {
  res.set('ETag', etagOf(plugin)).json({ ...representPlugin(plugin, callerOf(req)), ...once });
}

function etagOf({ revision }: Plugin): string {
  return `"${revision}"`;
}
