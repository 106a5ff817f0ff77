import type { Directory } from './directory.ts';

/**
 * The channel whose name or id somebody has written or chosen; or why there is none, for people.
 *
 * @throws as `Directory` when Slack cannot be asked
 */
export async function findChannel(
  directory: Pick<Directory, 'resolve'>,
  written: string,
): Promise<{ channelId: string } | { reason: string }> {
  const text = /^[#<]|^[CG][A-Z0-9]{2,}$/.test(written) ? written : `#${written}`;
  const found = await directory.resolve(text);
  if (found.kind === 'channel') return { channelId: found.channelId };
  if (found.kind === 'unknown') return { reason: found.reason };
  return { reason: `${written} is not a channel. Write its name, such as #support.` };
}
