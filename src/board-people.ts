import type { Person } from './domain/actor.ts';
import type { Members } from './engine/members.ts';
import { AppError } from './errors.ts';
import type { BoardPeople } from './http/board/board-people.ts';
import type { Directory } from './slack/directory.ts';

/** What Slack knows of people, where it is connected; else what their memberships say. */
export function createBoardPeople(
  members: Pick<Members, 'find'>,
  directory: Pick<Directory, 'labelOf' | 'personInGroups'> | null,
): BoardPeople {
  async function labelOf(orgId: string, id: string): Promise<string | null> {
    const label = await directory?.labelOf(id);
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
    async inGroups(orgId, userId) {
      const member = await members.find(orgId, userId);
      const { name = null, email = null } = member ?? {};
      const known: Person = { kind: 'person', userId, name, email, handles: [], channels: [] };
      if (directory === null) return known;
      try {
        return await directory.personInGroups(userId);
      } catch (error) {
        if (error instanceof AppError) return known;
        throw error;
      }
    },
  };
}
