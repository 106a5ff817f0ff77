import type { MemberSettingsStore, SettingsChanges } from '../../../models/member-settings-store.ts';
import type { MemberStore } from '../../../models/member-store.ts';
import type { Clock } from '../../clock.ts';
import { isAdmin } from '../../domain/access.ts';
import { deriveId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type Away, type MemberSettings, awayAt } from '../../domain/member-settings.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import { PermissionError, ValidationError } from '../../errors.ts';
import { type Manager, requireNoHandler, requireOrg } from './manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { PersonalSettings, SettingsChange } from './personal-settings.ts';

export interface PersonalSettingsDeps {
  store: MemberSettingsStore;
  members: Pick<MemberStore, 'find'>;
  note: NoteOrgEvent;
  clock: Clock;
}

const maxAwayMs = 366 * 86_400_000;

/** The settings of the members over the store. */
export function createPersonalSettings(deps: PersonalSettingsDeps): PersonalSettings {
  const { store, clock } = deps;
  return {
    find: (orgId, userId) => store.find(orgId, userId),
    async read(by, orgId, userId) {
      requireMay(by, orgId, userId);
      return store.find(orgId, userId);
    },
    async change(by, orgId, userId, wanted) {
      requireMay(by, orgId, userId);
      const now = clock.now();
      const known = await store.find(orgId, userId);
      const change = withoutComingBack(known, wanted, now);
      const changes: SettingsChanges = {
        ...(change.workingHours === undefined ? {} : { workingHours: change.workingHours }),
        ...(change.away === undefined ? {} : { away: toAway(known, change.away, now) }),
      };
      if (Object.keys(changes).length === 0) return known;
      const { after } = await store.update(orgId, userId, changes, now);
      await noteChange(deps, by, after, change);
      return after;
    },
  };
}

/** Who is there cannot come back. */
function withoutComingBack(known: MemberSettings, change: SettingsChange, now: Date): SettingsChange {
  const { away, ...others } = change;
  return away === null && awayAt(known, now) === null ? others : change;
}

/** Who comes back ends it; who stood in is still known, for deadlines that ask their delegate. */
function toAway(
  known: MemberSettings,
  away: SettingsChange['away'] & (object | null),
  now: Date,
): Away | null {
  if (away === null) return known.away === null ? null : { ...known.away, until: now };
  const { until, delegate, note } = away;
  const lengthMs = until.getTime() - now.getTime();
  if (!(lengthMs > 0)) throw wrong('away/until', 'must be in the future');
  if (lengthMs > maxAwayMs) throw wrong('away/until', 'must be within a year');
  if (delegate === known.userId) throw wrong('away/delegate', 'must be somebody else');
  return { since: now, until, delegate, note };
}

async function noteChange(
  { note, members }: PersonalSettingsDeps,
  { actor }: Manager,
  { orgId, userId, away, workingHours }: MemberSettings,
  change: SettingsChange,
): Promise<void> {
  const name = (await members.find(orgId, userId))?.name ?? userId;
  const subject = { kind: 'member', id: deriveId('member', orgId, userId), name };
  const say = (type: OrgEventType, data: JsonObject): Promise<void> =>
    note({ orgId, type, workflowId: null, actor, subject, data: { userId, ...data } });
  if (change.away !== undefined) {
    const facts =
      change.away === null || away === null
        ? { away: false }
        : { away: true, until: away.until.toISOString(), delegate: away.delegate };
    await say('AWAY_CHANGED', facts);
  }
  if (change.workingHours !== undefined) await say('MEMBER_CHANGED', { workingHours });
}

/** @throws PermissionError for somebody else's, unless by an admin */
function requireMay(by: Manager, orgId: string, userId: string): void {
  requireOrg(by, orgId);
  requireNoHandler(by);
  if (by.access.userId === userId || isAdmin(by.access)) return;
  throw new PermissionError('Only they themselves, and the admins of the org, can see and change this.');
}

function wrong(path: string, message: string): ValidationError {
  return new ValidationError(`${path.replace('/', '.')} ${message}.`, [{ path, message }]);
}
