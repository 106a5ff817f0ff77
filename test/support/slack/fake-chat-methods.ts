import type { FakeMethods } from './fake-methods.ts';
import { fillIds } from './fake-shapes.ts';
import {
  APP_ID,
  BOT,
  type FakeChannel,
  type FakeMessage,
  type FakeWorkspace,
  SlackApiError,
  TEAM,
} from './fake-workspace.ts';
import { type JsonObject, toList, toObject, toObjects, toText } from './json.ts';

/** `chat.*` and `reactions.*` of the fake. */
export function chatMethods(workspace: FakeWorkspace): FakeMethods {
  return {
    'chat.postMessage': (args) => postMessage(workspace, args),
    'chat.update': (args) => updateMessage(workspace, args),
    'chat.delete': (args) => deleteMessage(workspace, args),
    'chat.postEphemeral': (args) => postEphemeral(workspace, args),
    'chat.getPermalink': (args) => getPermalink(workspace, args),
    'reactions.add': (args) => addReaction(workspace, args),
  };
}

/** The message that the bot makes of these arguments; not stored yet. */
export function buildBotMessage(workspace: FakeWorkspace, args: JsonObject): FakeMessage {
  const message: FakeMessage = {
    type: 'message',
    user: BOT.userId,
    bot_id: BOT.botId,
    app_id: APP_ID,
    team: TEAM.id,
    text: toText(args.text),
    ts: workspace.nextTs(),
  };
  const blocks = fillIds(toObjects(args.blocks), () => workspace.nextSequence());
  if (blocks.length > 0) message.blocks = blocks;
  if (toText(args.thread_ts) !== '') message.thread_ts = toText(args.thread_ts);
  if (Object.keys(toObject(args.metadata)).length > 0) message.metadata = structuredClone(args.metadata);
  return message;
}

/** Replaces text and blocks; text without blocks takes the blocks away. Metadata stays unless given. */
export function replaceMessage(workspace: FakeWorkspace, message: FakeMessage, args: JsonObject): void {
  message.text = toText(args.text);
  delete message.blocks;
  const blocks = fillIds(toObjects(args.blocks), () => workspace.nextSequence());
  if (blocks.length > 0) message.blocks = blocks;
  if (args.metadata !== undefined) message.metadata = structuredClone(args.metadata);
  if (Object.keys(toObject(message.metadata)).length === 0) delete message.metadata;
  message.edited = { user: BOT.userId, ts: workspace.nextTs() };
}

function postMessage(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireBotChannel(workspace, args.channel);
  const message = buildBotMessage(workspace, args);
  workspace.addMessage(channel.id, message);
  return { channel: channel.id, ts: message.ts, message: structuredClone(message) };
}

/** Slack wants the bot in the channel, except in public ones with `chat:write.public`, which Baton does not ask for. */
function requireBotChannel(workspace: FakeWorkspace, idOrName: unknown): FakeChannel {
  const channel = workspace.requireChannel(toText(idOrName));
  if (!channel.members.includes(BOT.userId)) throw new SlackApiError('not_in_channel');
  return channel;
}

function updateMessage(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireExactChannel(workspace, args.channel);
  const message = workspace.requireMessage(channel.id, toText(args.ts));
  if (message.user !== BOT.userId) throw new SlackApiError('cant_update_message');
  replaceMessage(workspace, message, args);
  return { channel: channel.id, ts: message.ts, text: message.text, message: structuredClone(message) };
}

/** Unlike `chat.postMessage`, these methods take a conversation's id only. */
function requireExactChannel(workspace: FakeWorkspace, id: unknown): FakeChannel {
  const channel = workspace.channels.get(toText(id));
  if (channel === undefined) throw new SlackApiError('channel_not_found');
  return channel;
}

function deleteMessage(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireExactChannel(workspace, args.channel);
  const message = workspace.requireMessage(channel.id, toText(args.ts));
  if (message.user !== BOT.userId) throw new SlackApiError('cant_delete_message');
  workspace.removeMessage(channel.id, message.ts);
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireBotChannel(workspace, args.channel);
  const recipient = toText(args.user);
  if (!channel.members.includes(recipient)) throw new SlackApiError('user_not_in_channel');
  const message = buildBotMessage(workspace, args);
  workspace.addEphemeral(channel.id, recipient, message);
  return { message_ts: message.ts };
}

function getPermalink(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireExactChannel(workspace, args.channel);
  const message = workspace.requireMessage(channel.id, toText(args.message_ts));
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}`;
  return { channel: channel.id, permalink: `https://${TEAM.domain}.slack.com/${path}` };
}

function addReaction(workspace: FakeWorkspace, args: JsonObject): JsonObject {
  const channel = requireExactChannel(workspace, args.channel);
  const message = workspace.requireMessage(channel.id, toText(args.timestamp));
  const reactions = toObjects(message.reactions);
  const existing = reactions.find((reaction) => reaction.name === args.name);
  if (existing !== undefined && toList(existing.users).includes(BOT.userId))
    throw new SlackApiError('already_reacted');
  const users = [...toList(existing?.users), BOT.userId];
  const others = reactions.filter((reaction) => reaction !== existing);
  message.reactions = [...others, { name: toText(args.name), users, count: users.length }];
  return {};
}
