import type { Person } from '../../domain/actor.ts';
import type { Labels } from './mrkdwn.ts';

/** Whom a filter can be about. */
export interface PersonChoice {
  userId: string;
  name: string;
}

/** The people whom the pages of the board are about. */
export interface BoardPeople {
  /** How people, channels and user groups are shown. What nobody knows is left out. Never throws. */
  labelsOf(orgId: string, ids: readonly string[]): Promise<Labels>;
  /** Why nobody is reached by it, for people; null when somebody is, or when Slack cannot be asked. */
  whyUnreachable(orgId: string, recipient: string): Promise<string | null>;
  /** The channel that somebody has written, as `#general` or by its id; or why there is none, for people. Never throws. */
  findChannel(orgId: string, written: string): Promise<{ channelId: string } | { reason: string }>;
  /** With the groups that they are in, as far as Slack says. Never throws. */
  inGroups(orgId: string, userId: string): Promise<Person>;
}
