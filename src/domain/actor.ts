/** Who did something, as it is recorded for ever in the log. */
export type Actor =
  | { kind: 'person'; userId: string; name: string | null }
  | { kind: 'key'; keyId: string; name: string | null }
  /** A schedule. `ownerId`: the Slack user id of whoever made it; null for a program. */
  | { kind: 'schedule'; triggerId: string; name: string; ownerId: string | null }
  | { kind: 'system' };

/**
 * A person who was authenticated by Slack or by a personal key, with what is known of them at this
 * moment: it decides what they may do, and is not stored.
 */
export interface Person {
  kind: 'person';
  /** Slack user id. */
  userId: string;
  name: string | null;
  /** Lower case. */
  email: string | null;
  /** Slack handles without `@` and user group ids that name this person or a group they are in. */
  handles: string[];
  /** Ids of the channels, among those that matter to the command, that they are a member of. */
  channels: string[];
}

/** A program with a key that is no person's. */
export interface KeyHolder {
  kind: 'key';
  keyId: string;
  name: string | null;
}

/** Who gives a command. */
export type Caller = Person | KeyHolder;

export const systemActor: Actor = { kind: 'system' };

/** Slack user id of the person whom it concerns: who did it, or who made the schedule that did; null when there is none. */
export function personBehind(actor: Actor): string | null {
  if (actor.kind === 'person') return actor.userId;
  return actor.kind === 'schedule' ? actor.ownerId : null;
}

/** What the log keeps of a caller. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'person') return { kind: 'person', userId: caller.userId, name: caller.name };
  return { kind: 'key', keyId: caller.keyId, name: caller.name };
}
