import type { Person } from '../../domain/actor.ts';
import { includesPerson } from '../../domain/recipient.ts';
import { AppError, NotFoundError } from '../../errors.ts';
import type { Members } from './members.ts';

/** The person as they are now, with what tells whether they are among the recipients. @throws AppError */
export type IdentifyPerson = (
  orgId: string,
  userId: string,
  recipients: readonly string[],
) => Promise<Person>;

/** What Slack knows of groups and channels. */
export type PersonDirectory = { personFor(userId: string, recipients: readonly string[]): Promise<Person> };

/** The directory of an org's workspace. @throws AppError when there is none, or it cannot be asked */
export type FindDirectory = (orgId: string) => Promise<PersonDirectory>;

/**
 * A member, as Slack knows them at this moment. Whoever is named by their id or email needs no look-up to be
 * known, so neither Slack's troubles nor its absence stop them.
 */
export function createIdentifyPerson(
  members: Pick<Members, 'find'>,
  findDirectory: FindDirectory | null,
): IdentifyPerson {
  return async (orgId, userId, recipients) => {
    const member = await members.find(orgId, userId);
    if (member === null) throw new NotFoundError('There is no such member.');
    const { name, email } = member;
    const known: Person = { kind: 'person', userId, name, email, handles: [], channels: [] };
    if (findDirectory === null) return known;
    try {
      const directory = await findDirectory(orgId);
      return await directory.personFor(userId, recipients);
    } catch (error) {
      const isNamed = recipients.some((recipient) => includesPerson(recipient, known));
      if (error instanceof AppError && (isNamed || recipients.length === 0)) return known;
      throw error;
    }
  };
}
