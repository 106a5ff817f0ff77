import type { Actor, KeyHolder, Person } from '../../domain/actor.ts';
import { openAsks } from '../../domain/asks.ts';
import type { Step } from '../../domain/definition.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { findExclusion } from '../../domain/exclusion.ts';
import { deriveId } from '../../domain/ids.ts';
import { canonicalRecipient, parseRecipient } from '../../domain/recipient.ts';
import { unnamedStarter } from '../../domain/rehearsal.ts';

/** Who starts a task in a rehearsal when nobody is named: somebody whom no step asks by name. */
export const defaultStarter: Actor = { kind: 'person', userId: unnamedStarter, name: 'the requester' };

/** A program, for what programs do. */
export const rehearsingProgram: KeyHolder = { kind: 'key', keyId: 'rehearsal', name: 'a program' };

/** How many people a group is taken to have: as many as a policy can ask for. */
const groupSize = 50;

/**
 * Somebody who is meant by a recipient: the person themselves, or one of those in the group or channel. The
 * same recipient is always the same person.
 *
 * @param member which of the people in a group, from 0; others have one
 * @returns null for a text that names nobody, and where there are no more
 */
export function personOf(recipientText: string, member = 0): Person | null {
  const recipient = parseRecipient(recipientText);
  if (recipient === null) return null;
  const nobody = { kind: 'person', email: null, handles: [], channels: [] } as const;
  switch (recipient.kind) {
    case 'user':
      return member > 0
        ? null
        : { ...nobody, handles: [], channels: [], userId: recipient.userId, name: null };
    case 'email': {
      if (member > 0) return null;
      const { email } = recipient;
      return { ...nobody, ...named(email, member, email), handles: [], channels: [], email };
    }
    case 'handle':
      return inGroup(canonicalRecipient(recipientText), member, {
        handles: [recipient.handle],
        channels: [],
      });
    case 'channel':
      return inGroup(recipient.channelId, member, { handles: [], channels: [recipient.channelId] });
    case 'channel-name':
      return inGroup(`#${recipient.name}`, member, { handles: [], channels: [`#${recipient.name}`] });
  }
}

function inGroup(text: string, member: number, groups: Pick<Person, 'handles' | 'channels'>): Person | null {
  if (member >= groupSize) return null;
  const name = member === 0 ? text : `${text}, person ${member + 1}`;
  return { kind: 'person', email: null, ...named(text, member, name), ...groups };
}

function named(text: string, member: number, name: string): Pick<Person, 'userId' | 'name'> {
  return { userId: `U${deriveId('rehearsal', text, member).slice(0, 10).toUpperCase()}`, name };
}

/**
 * Who acts when `by` is named: whoever that is; and, unless they are asked themselves, taken to be in every
 * group and channel that is.
 *
 * @returns null for a text that names nobody
 */
export function personNamed(execution: ExecutionState, by: string): Person | null {
  const person = personOf(by);
  const current = execution.stack.at(-1);
  if (person === null || current === undefined) return person;
  const asked = openAsks(current).map(({ recipient }) => recipient);
  if (asked.includes(canonicalRecipient(by))) return person;
  const groups = asked.flatMap((recipient) => {
    const member = personOf(recipient);
    return member === null ? [] : [member];
  });
  return {
    ...person,
    handles: [...person.handles, ...groups.flatMap(({ handles }) => handles)],
    channels: [...person.channels, ...groups.flatMap(({ channels }) => channels)],
  };
}

/** The first who is asked, may act by the two-person rules, and has not voted yet; null when there is nobody. */
export function firstWhoMay(execution: ExecutionState, step: Step): Person | null {
  const current = execution.stack.at(-1);
  if (current === undefined) return null;
  const voted = new Set(
    current.votes.flatMap(({ actor }) => (actor.kind === 'person' ? [actor.userId] : [])),
  );
  for (const { recipient } of openAsks(current)) {
    for (let member = 0; ; member += 1) {
      const person = personOf(recipient, member);
      if (person === null) break;
      if (voted.has(person.userId)) continue;
      if (findExclusion(execution, step, person.userId) === null) return person;
    }
  }
  return null;
}
