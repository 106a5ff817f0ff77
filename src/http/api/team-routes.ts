import { Router } from 'express';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { representMember, representTeam } from './represent-access.ts';
import { wholeList } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

/** For making a team and for renaming one. */
export const TeamBody = z.strictObject({ name: z.string() });
export type TeamBody = z.infer<typeof TeamBody>;

export const AddTeamMemberBody = z.strictObject({ memberId: z.string() });
export type AddTeamMemberBody = z.infer<typeof AddTeamMemberBody>;

/** Teams: members see their own, admins see and manage all. */
export function teamRoutes(deps: Pick<HttpDeps, 'teams' | 'members'>): Router {
  const { teams } = deps;
  const router = Router();
  router
    .route('/orgs/:orgId/teams')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      res.json(wholeList((await teams.list(managerOf(req), orgId)).map(representTeam)));
    })
    .post(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const { name } = parseBody(TeamBody, req.body);
      const team = await teams.create(managerOf(req), orgId, name, reservedIdOf(req));
      res.status(201).location(`/api/orgs/${orgId}/teams/${team.id}`).json(representTeam(team));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/orgs/:orgId/teams/:teamId')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const teamId = requireId(req.params.teamId, 'team');
      res.json(representTeam(await teams.get(managerOf(req), orgId, teamId)));
    })
    .patch(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const teamId = requireId(req.params.teamId, 'team');
      const { name } = parseBody(TeamBody, req.body);
      res.json(representTeam(await teams.rename(managerOf(req), orgId, teamId, name)));
    })
    .delete(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const teamId = requireId(req.params.teamId, 'team');
      await teams.delete(managerOf(req), orgId, teamId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  return router.use(teamMemberRoutes(deps));
}

function teamMemberRoutes({ teams, members }: Pick<HttpDeps, 'teams' | 'members'>): Router {
  const router = Router();
  router
    .route('/orgs/:orgId/teams/:teamId/members')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const { userIds } = await teams.get(managerOf(req), orgId, requireId(req.params.teamId, 'team'));
      const found = await members.list(managerOf(req), orgId, userIds);
      res.json(wholeList(found.map(representMember)));
    })
    .post(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const teamId = requireId(req.params.teamId, 'team');
      const memberId = requireId(parseBody(AddTeamMemberBody, req.body).memberId, 'member');
      res.json(representTeam(await teams.addMember(managerOf(req), orgId, teamId, memberId)));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/orgs/:orgId/teams/:teamId/members/:memberId')
    .delete(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const teamId = requireId(req.params.teamId, 'team');
      const memberId = requireId(req.params.memberId, 'member');
      await teams.removeMember(managerOf(req), orgId, teamId, memberId);
      res.status(204).end();
    })
    .all(refuseMethod('DELETE'));
  return router;
}
