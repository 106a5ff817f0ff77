import { type Actor, type Person, actorOf } from '../../domain/actor.ts';
import { includesPerson } from '../../domain/recipient.ts';
import { AppError, ValidationError } from '../../errors.ts';
import type { Directory } from '../directory.ts';

/** Who did something in Slack, as the request says; Slack's signature vouches for it. */
export interface Requester {
  orgId: string;
  slackTeamId: string;
  userId: string;
  /** The account's handle, when the request has it. */
  handle: string | null;
}

/** @throws ValidationError for a request that names no workspace or person */
export async function readRequester(
  { orgIdFor }: { orgIdFor: (slackTeamId: string) => Promise<string> },
  slackTeamId: string | undefined,
  user: { id: string; name?: string | undefined } | undefined,
): Promise<Requester> {
  if (slackTeamId === undefined || user === undefined) {
    throw new ValidationError('Slack did not say who asked for this, and where. Please try again.');
  }
  const orgId = await orgIdFor(slackTeamId);
  return { orgId, slackTeamId, userId: user.id, handle: user.name ?? null };
}

/** The person, as far as it matters to who may act on a step. @throws as `Directory` */
export async function identify(
  directory: Directory,
  { userId, handle }: Requester,
  assignees: readonly string[],
): Promise<Person> {
  try {
    return await directory.personFor(userId, assignees);
  } catch (error) {
    // Whoever is named by their id needs no look-up to be known, so Slack's troubles do not stop them.
    const person = asRequested(userId, handle);
    if (assignees.some((assignee) => includesPerson(assignee, person))) return person;
    throw error;
  }
}

/** The person for the log, with their name where Slack gives it. */
export async function actorFor(directory: Directory, { userId, handle }: Requester): Promise<Actor> {
  try {
    return actorOf(await directory.person(userId));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return actorOf(asRequested(userId, handle));
  }
}

function asRequested(userId: string, handle: string | null): Person {
  return { kind: 'person', userId, name: handle, email: null, handles: [], channels: [] };
}
