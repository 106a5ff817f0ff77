import type { FakeContext, ResponseTarget } from './fake-context.ts';
import { APP_ID, BOT, type FakeChannel, type FakeView, TEAM } from './fake-workspace.ts';
import { type JsonObject, textOf, toText } from './json.ts';

/** The fields that every interactive payload has. */
export function basePayload(context: FakeContext, type: string, userId: string): JsonObject {
  const user = context.workspace.requireUser(userId);
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId ?? TEAM.id },
    api_app_id: APP_ID,
    token: 'verification-token',
    team: { id: TEAM.id, domain: TEAM.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The body of a slash command, as form fields. */
export function commandFields(
  context: FakeContext,
  command: { user: string; channel: string; command: string; text: string },
): Record<string, string> {
  const user = context.workspace.requireUser(command.user);
  const channel = context.workspace.requireChannel(command.channel);
  const target: ResponseTarget = { channelId: channel.id, userId: user.id, isEphemeral: true };
  return {
    token: 'verification-token',
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command: command.command,
    text: command.text,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    response_url: issueResponseUrl(context, target),
    trigger_id: context.rules.triggers.issue({ userId: user.id }),
  };
}

/** A new `response_url` on the fake. */
export function issueResponseUrl(context: FakeContext, target: ResponseTarget): string {
  return `${context.baseUrl()}/response/${context.responseUrls.issue(target)}`;
}

/** How interactive payloads call a channel. */
export function channelName(channel: FakeChannel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' || channel.kind === 'mpim' ? 'privategroup' : channel.name;
}

/** One entry of `actions` in a `block_actions` payload. `state` is the element's new state. */
export function actionEntry(
  blockId: string,
  element: JsonObject,
  state: JsonObject,
  actionTs: string,
): JsonObject {
  const common = { action_id: toText(element.action_id), block_id: blockId, action_ts: actionTs };
  if (element.type !== 'button') return { ...state, ...common, type: toText(element.type) };
  const { style, value } = element;
  return {
    ...common,
    type: 'button',
    text: { type: 'plain_text', text: textOf(element.text), emoji: true },
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
  };
}

/** The envelope of an Events API delivery. */
export function eventEnvelope(event: JsonObject, eventId: string): JsonObject {
  const authorization = { enterprise_id: null, team_id: TEAM.id, user_id: BOT.userId, is_bot: true };
  return {
    token: 'verification-token',
    team_id: TEAM.id,
    api_app_id: APP_ID,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(Number(toText(event.event_ts) || Date.now() / 1_000)),
    authorizations: [{ ...authorization, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: `4-${eventId}`,
  };
}

/** A view with the state that the person left in it. */
export function viewWithState(view: FakeView, values: Record<string, JsonObject>): JsonObject {
  return { ...structuredClone(view), state: { values } };
}
