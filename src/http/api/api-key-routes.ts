import { Router } from 'express';
import { z } from 'zod';
import type { KeyOwner } from '../../engine/people/api-keys.ts';
import type { Manager } from '../../engine/people/manager.ts';
import { PermissionError, ValidationError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { locateMadeBefore, reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { representApiKey } from './represent-access.ts';
import { wholeList } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

export const CreateApiKeyBody = z.strictObject({
  name: z.string(),
  /** `user`: the caller's own. `team`: of the team that `teamId` names. */
  kind: z.enum(['user', 'team'], 'must be user or team'),
  teamId: z.string().nullable().default(null),
  /** Null: it never expires. */
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be a time like 2027-01-31T12:00:00Z' })
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
});
export type CreateApiKeyBody = z.infer<typeof CreateApiKeyBody>;

/** Keys: made (the answer is the only place where the key stands), listed, revoked. */
export function apiKeyRoutes({ apiKeys }: Pick<HttpDeps, 'apiKeys'>): Router {
  const router = Router();
  router
    .route('/orgs/:orgId/api-keys')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const keys = await apiKeys.list(managerOf(req), orgId);
      res.json(wholeList(keys.map(representApiKey)));
    })
    .post(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const by = managerOf(req);
      const { name, expiresAt, ...owner } = parseBody(CreateApiKeyBody, req.body);
      const request = { name, expiresAt, owner: ownerOf(owner, by) };
      const keyPath = (id: string): string => `/api/orgs/${orgId}/api-keys/${id}`;
      const id = reservedIdOf(req);
      const { key, bearer } = await apiKeys
        .create(by, orgId, request, id)
        .catch(locateMadeBefore(res, keyPath(id ?? '')));
      res
        .status(201)
        .location(keyPath(key.id))
        .json({ ...representApiKey(key), key: bearer });
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/orgs/:orgId/api-keys/:keyId')
    .delete(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      await apiKeys.revoke(managerOf(req), orgId, requireId(req.params.keyId, 'key'));
      res.status(204).end();
    })
    .all(refuseMethod('DELETE'));
  return router;
}

function ownerOf({ kind, teamId }: Pick<CreateApiKeyBody, 'kind' | 'teamId'>, { access }: Manager): KeyOwner {
  if (kind === 'team') return { kind, teamId: teamId ?? refuseTeam('is required for the key of a team') };
  if (teamId !== null) refuseTeam('must be left out for a personal key');
  if (access.userId !== null) return { kind, userId: access.userId };
  throw new PermissionError(
    'A personal key is made only by the person themselves: in Slack with "/workflow keys", or with another personal key.',
  );
}

function refuseTeam(message: string): never {
  throw new ValidationError(`teamId ${message}.`, [{ path: 'teamId', message }]);
}
