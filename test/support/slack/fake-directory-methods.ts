import { type FakeMethods, paginate } from './fake-methods.ts';
import { toApiChannel, toApiUser, withoutMetadata } from './fake-shapes.ts';
import { BOT, type FakeMessage, type FakeWorkspace, SlackApiError, TEAM } from './fake-workspace.ts';
import { type JsonObject, toList, toText } from './json.ts';

/** `auth.*`, `team.*`, `users.*`, `usergroups.*` and `conversations.*` of the fake. */
export function directoryMethods(workspace: FakeWorkspace): FakeMethods {
  return { ...peopleMethods(workspace), ...conversationMethods(workspace) };
}

function peopleMethods(workspace: FakeWorkspace): FakeMethods {
  return {
    'auth.test': () => ({
      url: `https://${TEAM.domain}.slack.com/`,
      team: TEAM.name,
      user: BOT.name,
      team_id: TEAM.id,
      user_id: BOT.userId,
      bot_id: BOT.botId,
      is_enterprise_install: false,
    }),
    'team.info': () => ({ team: { ...TEAM } }),
    'users.list': (args) => {
      const { page, response_metadata } = paginate([...workspace.users.values()], args);
      return { members: page.map(toApiUser), response_metadata };
    },
    'users.info': (args) => ({ user: toApiUser(workspace.requireUser(toText(args.user))) }),
    'users.lookupByEmail': (args) => {
      const email = toText(args.email).toLowerCase();
      const user = [...workspace.users.values()].find((one) => one.email?.toLowerCase() === email);
      if (user === undefined || user.isDeleted === true) throw new SlackApiError('users_not_found');
      return { user: toApiUser(user) };
    },
    'usergroups.list': (args) => ({
      usergroups: workspace.usergroups.map((group) => {
        const users = isTrue(args.include_users) ? { users: group.users } : {};
        const { id, handle, name } = group;
        return {
          id,
          team_id: TEAM.id,
          handle,
          name,
          user_count: group.users.length,
          date_delete: 0,
          ...users,
        };
      }),
    }),
    'usergroups.users.list': (args) => {
      const group = workspace.usergroups.find((one) => one.id === toText(args.usergroup));
      if (group === undefined) throw new SlackApiError('no_such_subteam');
      return { users: group.users };
    },
  };
}

function conversationMethods(workspace: FakeWorkspace): FakeMethods {
  return {
    'conversations.open': (args) => {
      if (toText(args.channel) !== '')
        return { channel: { id: workspace.requireChannel(toText(args.channel)).id } };
      const users = Array.isArray(args.users) ? args.users.map(toText) : toText(args.users).split(',');
      if (users.some((id) => !workspace.users.has(id))) throw new SlackApiError('user_not_found');
      return { channel: { id: workspace.openDirectMessage(users).id } };
    },
    'conversations.info': (args) => ({
      channel: toApiChannel(workspace.requireChannel(toText(args.channel))),
    }),
    'conversations.list': (args) => {
      const types = (toText(args.types) || 'public_channel').split(',');
      const shown = [...workspace.channels.values()].filter((channel) =>
        types.includes(TYPE_OF_KIND[channel.kind ?? 'public']),
      );
      const { page, response_metadata } = paginate(shown, args);
      return { channels: page.map(toApiChannel), response_metadata };
    },
    'conversations.members': (args) => {
      const { page, response_metadata } = paginate(
        workspace.requireChannel(toText(args.channel)).members,
        args,
      );
      return { members: page, response_metadata };
    },
    'conversations.join': (args) => {
      const channel = workspace.requireChannel(toText(args.channel));
      if ((channel.kind ?? 'public') !== 'public')
        throw new SlackApiError('method_not_supported_for_channel_type');
      if (!channel.members.includes(BOT.userId)) channel.members.push(BOT.userId);
      return { channel: toApiChannel(channel) };
    },
    'conversations.history': (args) => readHistory(workspace, args),
    'conversations.replies': (args) => readReplies(workspace, args),
  };
}

const TYPE_OF_KIND = {
  public: 'public_channel',
  private: 'private_channel',
  im: 'im',
  mpim: 'mpim',
} as const;

function readHistory(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireJoined(workspace, args);
  const isRoot = (message: JsonObject): boolean =>
    message.thread_ts === undefined || message.thread_ts === message.ts;
  const roots = workspace
    .messages(channel)
    .filter((message) => isRoot(message) && isInRange(message.ts, args));
  return toMessagePage(roots.reverse(), args);
}

function readReplies(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireJoined(workspace, args);
  const ts = toText(args.ts);
  const thread = workspace
    .messages(channel)
    .filter((message) => message.ts === ts || message.thread_ts === ts);
  if (thread.length === 0) throw new SlackApiError('thread_not_found');
  return toMessagePage(
    thread.filter((message) => message.ts === ts || isInRange(message.ts, args)),
    args,
  );
}

function requireJoined(workspace: FakeWorkspace, args: JsonObject): string {
  const channel = workspace.requireChannel(toText(args.channel));
  if (!toList(channel.members).includes(BOT.userId)) throw new SlackApiError('not_in_channel');
  return channel.id;
}

function isInRange(ts: string, args: JsonObject): boolean {
  const oldest = toText(args.oldest);
  const latest = toText(args.latest);
  const isInclusive = isTrue(args.inclusive);
  if (oldest !== '' && (isInclusive ? ts < oldest : ts <= oldest)) return false;
  return latest === '' || (isInclusive ? ts <= latest : ts < latest);
}

function toMessagePage(messages: FakeMessage[], args: JsonObject): JsonObject {
  const { page, response_metadata } = paginate(messages, args);
  const shown = isTrue(args.include_all_metadata) ? page : page.map(withoutMetadata);
  return {
    messages: structuredClone(shown),
    has_more: response_metadata.next_cursor !== '',
    response_metadata,
  };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
