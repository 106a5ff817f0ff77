import type { Person } from '../domain/actor.ts';
import type { Members } from '../engine/people/members.ts';
import { AppError } from '../errors.ts';
import type { BoardPeople } from '../http/board/board-people.ts';
import type { Directory } from '../slack/directory.ts';
import { findChannel } from '../slack/find-channel.ts';

/** The directory of an org's workspace. @throws AppError when there is none */
export type FindFullDirectory = (
  orgId: string,
) => Promise<Pick<Directory, 'labelOf' | 'personInGroups' | 'resolve'>>;

/** What Slack knows of people, where it is connected; else what their memberships say. */
export function createBoardPeople(
  members: Pick<Members, 'find'>,
  directoryOf: FindFullDirectory | null,
): BoardPeople {
  async function findDirectory(orgId: string): Promise<Awaited<ReturnType<FindFullDirectory>> | null> {
    try {
      return directoryOf === null ? null : await directoryOf(orgId);
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  async function labelOf(orgId: string, id: string): Promise<string | null> {
    const directory = await findDirectory(orgId);
    const label = directory === null ? null : await directory.labelOf(id);
    return label ?? (await members.find(orgId, id))?.name ?? null;
  }

  return {
    async labelsOf(orgId, ids) {
      const labels = await Promise.all(ids.map((id) => labelOf(orgId, id)));
      return new Map(
        ids.flatMap((id, index): [string, string][] => {
          const label = labels[index] ?? null;
          return label === null ? [] : [[id, label]];
        }),
      );
    },
    async whyUnreachable(orgId, recipient) {
      const directory = await findDirectory(orgId);
      const resolved = await directory?.resolve(recipient);
      return resolved?.kind === 'unknown' ? resolved.reason : null;
    },
    async findChannel(orgId, written) {
      const directory = await findDirectory(orgId);
      if (directory === null)
        return { reason: 'Slack is not connected here, so channels cannot be looked up.' };
      try {
        return await findChannel(directory, written);
      } catch (error) {
        if (error instanceof AppError) return { reason: error.message };
        throw error;
      }
    },
    async inGroups(orgId, userId) {
      const member = await members.find(orgId, userId);
      const { name = null, email = null } = member ?? {};
      const known: Person = { kind: 'person', userId, name, email, handles: [], channels: [] };
      const directory = await findDirectory(orgId);
      try {
        return directory === null ? known : await directory.personInGroups(userId);
      } catch (error) {
        if (error instanceof AppError) return known;
        throw error;
      }
    },
  };
}
