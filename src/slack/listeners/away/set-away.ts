import { awayNotice, backNotice } from '../../../../blocks/away/away-notices.ts';
import type { Reader } from '../../../domain/away-until.ts';
import { awayAt, type MemberSettings, workingHoursOf } from '../../../domain/member-settings.ts';
import type { SettingsChange } from '../../../engine/people/personal-settings.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { publishHome } from '../shared/publish-home.ts';
import { timeZoneOf } from '../shared/time-zone-of.ts';
import { listOwnAsks } from './own-asks.ts';

/** Changes a person's own settings, and tells them what is so now; with what waits for them, when they are away. */
export async function changeSettings(
  deps: SlackDeps,
  { requester, reply }: { requester: Requester; reply: Reply },
  change: SettingsChange,
): Promise<void> {
  const { settings, clock, homeViewers } = deps;
  const { orgId, userId } = requester;
  const by = await managerFor(deps, requester);
  const before = awayAt(await settings.find(orgId, userId), clock.now());
  const after = await settings.change(by, orgId, userId, change);
  const away = awayAt(after, clock.now());
  if (away === null) {
    const workingHours = change.workingHours === undefined ? null : workingHoursOf(after);
    const timeZone = await timeZoneOf(deps.connection.directory, userId);
    await reply.tell(backNotice({ wasAway: before !== null, workingHours, timeZone }));
  } else {
    await reply.tell(awayNotice({ away, openAsks: (await listOwnAsks(deps, requester)).length }));
  }
  if ((await homeViewers.find(orgId, userId)) !== null) await publishHome(deps, requester);
}

/** @throws ValidationError unless it names one person who can stand in */
export async function resolveDelegate(
  { connection }: SlackDeps,
  { userId }: Requester,
  text: string,
): Promise<string> {
  const resolved = await connection.directory.resolve(text);
  const wrong = (message: string): never => {
    throw new ValidationError(`${message} Nothing changed.`, [{ path: 'delegate', message }]);
  };
  switch (resolved.kind) {
    case 'user':
      return resolved.userId === userId ? wrong('Somebody else has to stand in.') : resolved.userId;
    case 'group':
    case 'channel':
      return wrong('One person stands in: a group or a channel cannot.');
    case 'unknown':
      return wrong(resolved.reason);
  }
}

/** By whose clock the times of a person are read. */
export async function readerFor(
  { connection, clock }: SlackDeps,
  { userId }: Requester,
  settings: MemberSettings,
): Promise<Reader> {
  const timeZone = await timeZoneOf(connection.directory, userId);
  return { now: clock.now(), timeZone, workingHours: workingHoursOf(settings) };
}
