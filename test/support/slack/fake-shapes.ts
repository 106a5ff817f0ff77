import { BOT, type FakeChannel, type FakeMessage, type FakeUser, TEAM } from './fake-workspace.ts';
import { type JsonObject, toObject } from './json.ts';

/** A message without its metadata, as it is given unless `include_all_metadata` is asked for. */
export function withoutMetadata(message: FakeMessage): JsonObject {
  const { metadata: _metadata, ...rest } = message;
  return rest;
}

/** A user as `users.info` gives it. */
export function toApiUser(user: FakeUser): JsonObject {
  const email = user.email === undefined ? {} : { email: user.email };
  return {
    id: user.id,
    team_id: user.teamId ?? TEAM.id,
    name: user.name,
    real_name: user.realName,
    deleted: user.isDeleted ?? false,
    is_bot: user.isBot ?? false,
    is_admin: user.isAdmin ?? false,
    is_owner: user.isOwner ?? false,
    is_restricted: user.guest !== undefined,
    is_ultra_restricted: user.guest === 'single-channel',
    tz: user.tz ?? 'America/Los_Angeles',
    tz_offset: -25_200,
    profile: { real_name: user.realName, display_name: user.name, ...email },
  };
}

/** A conversation as `conversations.info` gives it. */
export function toApiChannel(channel: FakeChannel): JsonObject {
  const kind = channel.kind ?? 'public';
  const other = channel.members.find((member) => member !== BOT.userId);
  const base = {
    id: channel.id,
    is_channel: kind === 'public',
    is_group: kind === 'private',
    is_im: kind === 'im',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'public',
    is_archived: false,
  };
  if (kind === 'im') return { ...base, user: other };
  const isMember = channel.members.includes(BOT.userId);
  return { ...base, name: channel.name, is_member: isMember, num_members: channel.members.length };
}

/** Gives ids to blocks and elements that have none, as Slack does when it stores them. */
export function fillIds(blocks: JsonObject[], nextSequence: () => number): JsonObject[] {
  const fillElement = (element: unknown): unknown => {
    const object = toObject(element);
    const isInteractive = object.type !== 'image' && object.type !== 'mrkdwn' && object.type !== 'plain_text';
    if (!isInteractive || object.action_id !== undefined) return element;
    return { ...object, action_id: `a${nextSequence()}` };
  };
  return blocks.map((block) => {
    const filled: JsonObject = { ...block, block_id: block.block_id ?? `b${nextSequence()}` };
    if (block.accessory !== undefined) filled.accessory = fillElement(block.accessory);
    if (block.element !== undefined) filled.element = fillElement(block.element);
    if (block.type === 'actions' && Array.isArray(block.elements))
      filled.elements = block.elements.map(fillElement);
    return filled;
  });
}
