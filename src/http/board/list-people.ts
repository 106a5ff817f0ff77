import type { Request } from 'express';
import type { Member } from '../../domain/member.ts';
import { managerOf } from '../request-context.ts';
import type { BoardDeps } from './board-deps.ts';
import type { PersonChoice } from './board-people.ts';
import { viewerOf } from './viewer.ts';

const maxChoices = 300;

/**
 * The viewer first, then everybody else of the org by name; nobody else for guests, who do not see the members.
 *
 * @param chosen user id of somebody who is among them in any case, so that a form shows what it was sent with
 */
export async function listPeople(
  { members }: Pick<BoardDeps, 'members'>,
  req: Request,
  chosen: string | null = null,
): Promise<PersonChoice[]> {
  const { member, access } = viewerOf(req);
  const viewer = { userId: member.userId, name: `${member.name ?? member.userId} (me)` };
  const all = access.role === 'guest' ? [] : await members.list(managerOf(req), member.orgId);
  const others = all.filter(({ userId, status }) => status === 'ACTIVE' && userId !== member.userId);
  const listed = [viewer, ...others.slice(0, maxChoices).map(toChoice)];
  if (chosen === null || listed.some(({ userId }) => userId === chosen)) return listed;
  const known = all.find(({ userId }) => userId === chosen);
  return [...listed, known === undefined ? { userId: chosen, name: chosen } : toChoice(known)];
}

function toChoice({ userId, name }: Pick<Member, 'userId' | 'name'>): PersonChoice {
  return { userId, name: name ?? userId };
}
