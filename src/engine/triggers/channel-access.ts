import { isAdmin } from '../../domain/access.ts';
import { ValidationError } from '../../errors.ts';
import type { Manager } from '../people/manager.ts';

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
 * or manages the org.
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
