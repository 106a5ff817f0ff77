import type { Origin } from '../../../domain/execution.ts';
import type { Directory } from '../../directory.ts';
import type { Requester } from '../requester.ts';

/** Where a task counts as started: the conversation of the command or button, else the person's direct message. */
export async function originFor(
  directory: Directory,
  { userId }: Requester,
  { channelId, threadTs }: { channelId: string | null; threadTs: string | null },
): Promise<Origin> {
  if (channelId !== null) return { kind: 'slack', channelId, threadTs };
  const direct = await directory.resolve(userId);
  // Slack takes a person's id for the direct message with them.
  const to = direct.kind === 'user' ? direct.dmChannelId : userId;
  return { kind: 'slack', channelId: to, threadTs: null };
}
