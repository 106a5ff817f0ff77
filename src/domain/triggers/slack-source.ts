import { z } from 'zod';
import { Mapping, assertMapping } from '../mapping.ts';
import { TextMatch } from './text-match.ts';

const ChannelId = z.string().regex(/^[CG][A-Z0-9]{2,}$/, "must be a channel's id, such as C012AB3CD");
const PersonOrGroupId = z
  .string()
  .regex(
    /^[UWS][A-Z0-9]{2,}$/,
    'must be the id of a person or of a user group, such as U012AB3CD or S012AB3CD',
  );

/** What message and reaction triggers have in common. */
export const slackSource = {
  /** Ids. Empty: every public channel that the bot is in. */
  channels: z.array(ChannelId).max(100).default([]),
  /** Ids of people and user groups. Empty: everybody. */
  from: z.array(PersonOrGroupId).max(100).default([]),
  match: TextMatch.default({ by: 'anything' }),
  /** Messages of other bots and apps count too. Baton's own never do. */
  allowBots: z.boolean().default(false),
  /** People of other workspaces, with which a channel is shared, count too, besides those whom `from` names. */
  allowOutside: z.boolean().default(false),
  /** Templates over what `slackRoots` lists. */
  inputsTemplate: Mapping.default({}),
};

/** What the templates of a mapping may read: see `SlackValues`. */
export const slackRoots: readonly string[] = ['message', 'groups', 'reaction'];

/** What a message or reaction gives to the inputs. All of it is data, whatever is written in it. */
export interface SlackValues {
  message: {
    /** As people read it: names for mentions, no markup of links. */
    text: string;
    /** Slack user id; the id of a bot where a bot wrote it. */
    author: string;
    authorName: string;
    /** Slack channel id. */
    channel: string;
    /** Its time stamp, which is its id in its channel. */
    ts: string;
    /** The time stamp of the thread that it is in, or begins. */
    thread: string;
    /** Its address. */
    link: string;
  };
  /** The named groups of the regular expression. */
  groups: Record<string, string>;
  /** Null for messages. */
  reaction: { name: string; by: string } | null;
}

export function checkSlackMapping(mapping: Mapping): void {
  assertMapping(mapping, 'settings/inputsTemplate', slackRoots);
}
