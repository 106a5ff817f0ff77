import { type Access, isAdmin } from '../../domain/access.ts';
import { hearsAsNobody, type SlackTrigger } from '../../domain/trigger.ts';
import { ValidationError } from '../../errors.ts';
import type { Manager } from '../people/manager.ts';
import type { Members } from '../people/members.ts';

/** What Slack says of channels. @throws RetryableError when it cannot be asked now */
export interface ChannelDirectory {
  /** False also for a channel that the bot cannot see. */
  isPublicChannel(channelId: string): Promise<boolean>;
  isInChannel(channelId: string, userId: string): Promise<boolean>;
}

/** The channels of an org's workspace. @throws AppError when there is none, or it cannot be asked */
export type FindChannels = (orgId: string) => Promise<ChannelDirectory>;

/**
 * What is written in a private channel is for those who are in it: a trigger listens there when whoever makes it is,
 * or manages the org; and so does whoever changes what it hears, or does with it.
 *
 * @param find null when there is no Slack: nothing can be heard then
 * @throws ValidationError that names the channels; as `find`
 */
export async function requireMayHear(
  find: FindChannels | null,
  { access }: Manager,
  channelIds: readonly string[],
): Promise<void> {
  if (find === null || channelIds.length === 0 || isAdmin(access)) return;
  const directory = await find(access.orgId);
  const mayHear = async (id: string): Promise<boolean> =>
    (await directory.isPublicChannel(id)) ||
    (access.userId !== null && (await directory.isInChannel(id, access.userId)));
  const checked = await Promise.all(channelIds.map(async (id) => ({ id, isFine: await mayHear(id) })));
  const closed = checked.filter(({ isFine }) => !isFine).map(({ id }) => id);
  if (closed.length === 0) return;
  const message = `must be public channels, or private ones that you and the bot are in: ${closed.join(', ')}`;
  const path = 'settings/channels';
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}

/** By whose right a trigger hears that they save now, as it is kept with it. */
export function rightOf(access: Access): string | null {
  return access.userId ?? (isAdmin(access) ? null : hearsAsNobody);
}

/** False where the trigger may no longer hear what is written in the channel. @throws RetryableError when Slack cannot be asked now */
export type MayStillHear = (trigger: SlackTrigger, channelId: string) => Promise<boolean>;

/**
 * A trigger hears a private channel by the right of whoever last said what it listens to, as that stands when a message
 * comes: they may have left the channel, or the org. By an admin's key it hears all that the bot does; by another key
 * that is no person's, what everybody may read.
 *
 * @param find null when there is no Slack: nothing can be heard then
 */
export function createMayStillHear(
  find: FindChannels | null,
  members: Pick<Members, 'current' | 'accessOf'>,
): MayStillHear {
  return async ({ orgId, hearsAs, createdBy }, channelId) => {
    const maker = createdBy.kind === 'person' ? createdBy.userId : null;
    const userId = hearsAs === undefined ? maker : hearsAs;
    if (find === null || userId === null) return true;
    const directory = await find(orgId);
    if (await directory.isPublicChannel(channelId)) return true;
    const member = await members.current(orgId, userId);
    const access = member === null ? null : await members.accessOf(member);
    if (access === null) return false;
    return isAdmin(access) || directory.isInChannel(channelId, userId);
  };
}
