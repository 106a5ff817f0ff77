import { Router } from 'express';
import { z } from 'zod';
import { roles } from '../../domain/access.ts';
import type { HttpDeps } from '../http-deps.ts';
import { isRepetition } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { representMember } from './represent-access.ts';
import { requireOwnOrg } from './require-own-org.ts';

const RoleField = z.enum(roles, 'must be owner, admin, member or guest');

export const AddMemberBody = z.strictObject({
  userId: z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'must be a Slack user id, like U0123ABCD'),
  /** Left out: as Slack knows them. */
  name: z.string().trim().min(1).max(200).nullable().default(null),
  email: z.email('must be an email address').max(254).nullable().default(null),
  /** Left out: as in Slack, else `member`; `guest` for who is of another workspace. */
  role: RoleField.nullable().default(null),
});
export type AddMemberBody = z.infer<typeof AddMemberBody>;

export const ChangeMemberBody = z.strictObject({ role: RoleField });
export type ChangeMemberBody = z.infer<typeof ChangeMemberBody>;

export const ListMembersQuery = PageQuery.pick({ cursor: true });
const maxListed = 1_000;
const Place = z.strictObject({ name: z.string().nullable(), id: z.string() });

/** The people of the org: every member lists them, admins manage them. */
export function memberRoutes({ members }: Pick<HttpDeps, 'members'>): Router {
  const router = Router();
  router
    .route('/orgs/:orgId/members')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const { cursor } = parseQuery(ListMembersQuery, req.query);
      const place = cursor === undefined ? null : decodeCursor(Place, cursor);
      const found = await members.listAfter(managerOf(req), orgId, place, maxListed + 1);
      res.json(toPage(found, maxListed, ({ name, id }) => ({ name, id }), representMember));
    })
    .post(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const wanted = parseBody(AddMemberBody, req.body);
      const member = await members.add(managerOf(req), orgId, wanted).catch(async (error: unknown) => {
        const found = isRepetition(req) ? await members.find(orgId, wanted.userId) : null;
        if (found?.status === 'ACTIVE' && (wanted.role ?? found.role) === found.role) return found;
        throw error;
      });
      res.status(201).location(`/api/orgs/${orgId}/members/${member.id}`).json(representMember(member));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/orgs/:orgId/members/:memberId')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const memberId = requireId(req.params.memberId, 'member');
      res.json(representMember(await members.get(managerOf(req), orgId, memberId)));
    })
    .patch(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const memberId = requireId(req.params.memberId, 'member');
      const { role } = parseBody(ChangeMemberBody, req.body);
      const changed = await members.changeRole(managerOf(req), orgId, memberId, role);
      res.json(representMember(changed));
    })
    .delete(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const memberId = requireId(req.params.memberId, 'member');
      await members.remove(managerOf(req), orgId, memberId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  return router;
}
