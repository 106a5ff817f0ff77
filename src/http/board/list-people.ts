import type { Request } from 'express';
import type { Member } from '../../domain/member.ts';
import { managerOf } from '../request-context.ts';
import type { BoardDeps } from './board-deps.ts';
import type { PersonChoice } from './board-people.ts';
import type { Labels } from './mrkdwn.ts';
import { viewerOf } from './viewer.ts';

const maxChoices = 300;

export interface Wanted {
  /** User id of somebody who is among them in any case, so that a form shows what it was sent with. */
  chosen?: string | null;
  /** Who comes before others where there are more than can be listed: whoever is on the page, by name. */
  seen?: Labels;
}

/** The viewer first, then everybody else of the org by name; nobody else for guests, who do not see the members. */
export async function listPeople(
  { members }: Pick<BoardDeps, 'members'>,
  req: Request,
  { chosen = null, seen = new Map() }: Wanted = {},
): Promise<PersonChoice[]> {
  const { member, access } = viewerOf(req);
  const viewer = { userId: member.userId, name: `${member.name ?? member.userId} (me)` };
  const all = access.role === 'guest' ? [] : await members.list(managerOf(req), member.orgId);
  const others = all.filter(({ userId, status }) => status === 'ACTIVE' && userId !== member.userId);
  const listed = [viewer, ...preferring(others, seen).map(toChoice), ...beyond([...all, member], seen)];
  if (chosen === null || listed.some(({ userId }) => userId === chosen)) return listed;
  const known = all.find(({ userId }) => userId === chosen);
  return [...listed, known === undefined ? { userId: chosen, name: chosen } : toChoice(known)];
}

/** As many as can be listed, in their order. */
function preferring(all: readonly Member[], seen: Labels): Member[] {
  if (all.length <= maxChoices) return [...all];
  const isSeen = ({ userId }: Member): boolean => seen.has(userId);
  const kept = [...all.filter(isSeen), ...all.filter((member) => !isSeen(member))].slice(0, maxChoices);
  const ids = new Set(kept.map(({ userId }) => userId));
  return all.filter(({ userId }) => ids.has(userId));
}

/** Who is on the page, and so far back by name that the members' own list does not reach them. */
function beyond(all: readonly Member[], seen: Labels): PersonChoice[] {
  if (all.length < maxChoices) return [];
  const known = new Set(all.map(({ userId }) => userId));
  return [...seen].flatMap(([userId, name]) =>
    /^[UW]/.test(userId) && !known.has(userId) ? [{ userId, name }] : [],
  );
}

function toChoice({ userId, name }: Pick<Member, 'userId' | 'name'>): PersonChoice {
  return { userId, name: name ?? userId };
}
