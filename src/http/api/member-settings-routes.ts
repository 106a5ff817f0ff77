import { Router } from 'express';
import { z } from 'zod';
import { type MemberSettings, awayAt, workingHoursOf } from '../../domain/member-settings.ts';
import { WorkingHours } from '../../domain/working-hours.ts';
import type { SettingsChange } from '../../engine/people/personal-settings.ts';
import { ValidationError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { requireOwnOrg } from './require-own-org.ts';

const AwayBody = z.strictObject({
  until: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-12-01T09:00:00Z' }),
  /** A member, by Slack user id or email. */
  delegate: z.string().min(1).max(254).nullable().default(null),
  note: z.string().trim().min(1).max(200).nullable().default(null),
});

/** What is left out stays. `away` null: they are back. `workingHours` null: the default again. */
export const ChangeSettingsBody = z.strictObject({
  away: AwayBody.nullable().optional(),
  workingHours: WorkingHours.nullable().optional(),
});
export type ChangeSettingsBody = z.infer<typeof ChangeSettingsBody>;

type Deps = Pick<HttpDeps, 'members' | 'settings' | 'clock'>;

/** When a member works, and whether they are away: for themselves, and for admins. */
export function memberSettingsRoutes(deps: Deps): Router {
  const { members, settings, clock } = deps;
  const router = Router();
  router
    .route('/orgs/:orgId/members/:memberId/settings')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const by = managerOf(req);
      const { id, userId } = await members.get(by, orgId, requireId(req.params.memberId, 'member'));
      res.json(representSettings(id, await settings.read(by, orgId, userId), clock.now()));
    })
    .patch(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const by = managerOf(req);
      const { id, userId } = await members.get(by, orgId, requireId(req.params.memberId, 'member'));
      const change = await toChange(deps, orgId, parseBody(ChangeSettingsBody, req.body));
      res.json(representSettings(id, await settings.change(by, orgId, userId, change), clock.now()));
    })
    .all(refuseMethod('GET', 'PATCH'));
  return router;
}

async function toChange(
  { members }: Deps,
  orgId: string,
  { away, workingHours }: ChangeSettingsBody,
): Promise<SettingsChange> {
  const hours = workingHours === undefined ? {} : { workingHours };
  if (away === undefined || away === null) return { ...hours, ...(away === undefined ? {} : { away }) };
  const until = new Date(away.until);
  const { note } = away;
  if (away.delegate === null) return { ...hours, away: { until, delegate: null, note } };
  const found = await members.find(orgId, away.delegate);
  if (found?.status !== 'ACTIVE') {
    const message = 'must be an active member of the org: a Slack user id or an email';
    throw new ValidationError(`away.delegate ${message}.`, [{ path: 'away/delegate', message }]);
  }
  return { ...hours, away: { until, delegate: found.userId, note } };
}

function representSettings(memberId: string, settings: MemberSettings, now: Date): object {
  const away = awayAt(settings, now);
  return { memberId, userId: settings.userId, workingHours: workingHoursOf(settings), away };
}
