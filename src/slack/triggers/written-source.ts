import type { SlackTrigger } from '../../domain/trigger.ts';
import { AppError } from '../../errors.ts';
import type { Directory } from '../directory.ts';
import { findChannel } from '../find-channel.ts';

/** What tells which channels and people are meant. */
export type SourceDirectory = Pick<Directory, 'resolve' | 'labelOf' | 'account'>;

/** Ids, or what names none, in words for whoever typed it. */
export type ReadIds = { ok: true; ids: string[] } | { ok: false; message: string };

/** The channels that are written `#support, #sales`. @throws as `Directory` */
export async function readChannels(directory: SourceDirectory, text: string): Promise<ReadIds> {
  return readAll(text, async (word) => {
    const found = await findChannel(directory, word);
    return 'channelId' in found ? { id: found.channelId } : found;
  });
}

/** The people and user groups that are written `@ana, bo@example.com`. @throws as `Directory` */
export async function readPeople(directory: SourceDirectory, text: string): Promise<ReadIds> {
  return readAll(text, async (word) => {
    const isBare = /^[\p{L}\p{N}._-]+$/u.test(word) && !/^[UWS][A-Z0-9]{2,}$/.test(word);
    const found = await directory.resolve(
      isBare ? `@${word}` : /^S[A-Z0-9]{2,}$/.test(word) ? `@${word}` : word,
    );
    switch (found.kind) {
      case 'user':
        return { id: found.userId };
      case 'group':
        return { id: found.groupId };
      case 'channel':
        return { reason: `${word} is a channel: name people and user groups.` };
      case 'unknown':
        return { reason: found.reason };
    }
  });
}

/** Both as somebody would type them, so that they can be changed. */
export async function writeSource(
  directory: SourceDirectory,
  { settings }: SlackTrigger,
): Promise<{ channels: string; from: string }> {
  const [channels, from] = await Promise.all([
    Promise.all(settings.channels.map(async (id) => (await directory.labelOf(id)) ?? id)),
    Promise.all(settings.from.map((id) => writePerson(directory, id))),
  ]);
  return { channels: channels.join(', '), from: from.join(', ') };
}

/** `@ana`, `@helpers`; the id where Slack does not say. */
async function writePerson(directory: SourceDirectory, id: string): Promise<string> {
  if (id.startsWith('S')) return (await directory.labelOf(id)) ?? id;
  try {
    const { handle } = await directory.account(id);
    return handle === '' ? id : `@${handle}`;
  } catch (error) {
    if (error instanceof AppError) return id;
    throw error;
  }
}

async function readAll(
  text: string,
  read: (word: string) => Promise<{ id: string } | { reason: string }>,
): Promise<ReadIds> {
  const words = text.split(/[,\s]+/).filter((word) => word !== '');
  const found = await Promise.all(words.map(read));
  const wrong = found.flatMap((one) => ('reason' in one ? [one.reason] : []));
  if (wrong.length > 0) return { ok: false, message: wrong.join(' ') };
  return { ok: true, ids: [...new Set(found.flatMap((one) => ('id' in one ? [one.id] : [])))] };
}
