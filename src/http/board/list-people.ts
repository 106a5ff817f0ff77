import type { Request } from 'express';
import { managerOf } from '../request-context.ts';
import type { BoardDeps } from './board-deps.ts';
import type { PersonChoice } from './board-people.ts';
import { viewerOf } from './viewer.ts';

const maxChoices = 300;

/** The viewer first, then everybody else of the org by name; nobody else for guests, who do not see the members. */
export async function listPeople(
  { members }: Pick<BoardDeps, 'members'>,
  req: Request,
): Promise<PersonChoice[]> {
  const { member, access } = viewerOf(req);
  const viewer = { userId: member.userId, name: `${member.name ?? member.userId} (me)` };
  if (access.role === 'guest') return [viewer];
  const all = await members.list(managerOf(req), member.orgId);
  const others = all.filter(({ userId, status }) => status === 'ACTIVE' && userId !== member.userId);
  return [
    viewer,
    ...others.slice(0, maxChoices).map(({ userId, name }) => ({ userId, name: name ?? userId })),
  ];
}
