import type { Request } from 'express';
import { managerOf } from '../request-context.ts';
import type { BoardDeps } from './board-deps.ts';
import type { PersonChoice } from './board-people.ts';
import { viewerOf } from './viewer.ts';

const maxChoices = 300;

/** The viewer first, then everybody else of the org by name. */
export async function listPeople(
  { members }: Pick<BoardDeps, 'members'>,
  req: Request,
): Promise<PersonChoice[]> {
  const { member } = viewerOf(req);
  const all = await members.list(managerOf(req), member.orgId);
  const others = all.filter(({ userId, status }) => status === 'ACTIVE' && userId !== member.userId);
  return [
    { userId: member.userId, name: `${member.name ?? member.userId} (me)` },
    ...others.slice(0, maxChoices).map(({ userId, name }) => ({ userId, name: name ?? userId })),
  ];
}
