import { elementsOf } from './block-limits.ts';
import {
  type Delivery,
  deliverPayload,
  deliverRaw,
  type FakeContext,
  type ResponseTarget,
} from './fake-context.ts';
import {
  actionEntry,
  basePayload,
  channelName,
  commandFields,
  eventEnvelope,
  issueResponseUrl,
} from './fake-payloads.ts';
import { BOT, type FakeMessage } from './fake-workspace.ts';
import { isObject, type JsonObject, textOf, toObjects, toText } from './json.ts';
import { deliverToResponseTarget } from './response-message.ts';
import { type FieldInput, type FieldInputs, fillInputs, toState, toStateValues } from './view-input.ts';

export interface CommandInput {
  user: string;
  /** A channel's id, `#name`, or a user's id for the direct message with the bot. */
  channel: string;
  text: string;
  /** Default: `/workflow`. */
  command?: string;
}

/** Names one element; at least one of the fields is needed. */
export interface ElementChoice {
  actionId?: string;
  buttonText?: string;
  /** The button's `value`, or that of a menu's option, where several share an `action_id`. */
  value?: string;
}

export interface ClickInput extends ElementChoice {
  user: string;
  channel: string;
  ts: string;
  /** What the person chose, for elements that are no buttons. */
  chosen?: FieldInput;
  /** What is in the message's other inputs. */
  inputs?: FieldInputs;
  /** The message as the person saw it; for clicks on a card that has changed since. */
  seen?: FakeMessage;
}

export interface EventInput {
  event: JsonObject;
  /** Default: a new one. Give the same one again for a redelivery. */
  eventId?: string;
  /** 1 to 3: sends `X-Slack-Retry-Num` and `X-Slack-Retry-Reason`. */
  retryNum?: number;
  /** Default: `http_timeout`. */
  retryReason?: string;
}

/** What people do in conversations. */
export interface FakeMessageDriver {
  sendCommand(input: CommandInput): Promise<Delivery>;
  clickButton(input: ClickInput): Promise<Delivery>;
  sendEvent(input: EventInput): Promise<Delivery & { eventId: string }>;
  /** Writes a message as a person and delivers the `message` event. */
  postAs(input: { user: string; channel: string; text: string; threadTs?: string }): Promise<FakeMessage>;
  /** Uses a message shortcut ("More actions"). */
  runMessageShortcut(input: {
    user: string;
    channel: string;
    ts: string;
    callbackId: string;
  }): Promise<Delivery>;
}

/** Makes the driver of commands, clicks on messages, shortcuts and events. */
export function createMessageDriver(context: FakeContext): FakeMessageDriver {
  return {
    sendCommand: (input) => sendCommand(context, input),
    clickButton: (input) => clickButton(context, input),
    sendEvent: (input) => sendEvent(context, input),
    postAs: (input) => postAs(context, input),
    runMessageShortcut: (input) => runMessageShortcut(context, input),
  };
}

async function sendCommand(context: FakeContext, input: CommandInput): Promise<Delivery> {
  const fields = commandFields(context, { command: '/workflow', ...input });
  const rawBody = new URLSearchParams(fields).toString();
  const delivery = await deliverRaw(context, rawBody, 'application/x-www-form-urlencoded', fields);
  const answer = isObject(delivery.body) ? delivery.body : { text: toText(delivery.body) };
  if (delivery.status === 200 && (toText(answer.text) !== '' || answer.blocks !== undefined)) {
    const channelId = fields.channel_id ?? '';
    await deliverToResponseTarget(context, { channelId, userId: input.user, isEphemeral: true }, answer);
  }
  return delivery;
}

async function clickButton(context: FakeContext, input: ClickInput): Promise<Delivery> {
  const channel = context.workspace.requireChannel(input.channel);
  const stored = context.workspace.findMessage(channel.id, input.ts);
  const ephemeral = context.workspace.ephemerals(input.user, channel.id).find(({ ts }) => ts === input.ts);
  const message = input.seen ?? stored ?? ephemeral;
  if (message === undefined) throw new Error(`${input.user} sees no message ${input.ts} in ${channel.name}`);
  const isEphemeral = stored === undefined && ephemeral !== undefined;
  const { blockId, element } = findElement(toObjects(message.blocks), input);
  const threadTs = toText(message.thread_ts);
  const target: ResponseTarget = {
    channelId: channel.id,
    userId: input.user,
    messageTs: message.ts,
    isEphemeral,
    ...(threadTs === '' ? {} : { threadTs }),
  };
  const { metadata: _metadata, ...shown } = message;
  return deliverPayload(context, {
    ...basePayload(context, 'block_actions', input.user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(threadTs === '' ? {} : { thread_ts: threadTs }),
    },
    trigger_id: context.rules.triggers.issue({ userId: input.user }),
    channel: { id: channel.id, name: channelName(channel) },
    ...(isEphemeral ? {} : { message: structuredClone(shown) }),
    state: { values: toStateValues(fillInputs(toObjects(message.blocks), input.inputs ?? {})) },
    response_url: issueResponseUrl(context, target),
    actions: [actionEntry(blockId, element, toState(element, input.chosen), context.workspace.nextTs())],
  });
}

/** Finds an element that a person can use; throws with what is there when it is missing. */
export function findElement(
  blocks: JsonObject[],
  choice: ElementChoice,
): { blockId: string; element: JsonObject } {
  const all = blocks.flatMap((block) =>
    elementsOf(block)
      .filter((element) => element.action_id !== undefined)
      .map((element) => ({ blockId: toText(block.block_id), element })),
  );
  const found = all.find(
    ({ element }) =>
      (choice.actionId === undefined || element.action_id === choice.actionId) &&
      (choice.buttonText === undefined || textOf(element.text) === choice.buttonText) &&
      (choice.value === undefined || valuesOf(element).includes(choice.value)),
  );
  if (found !== undefined) return found;
  const offered = all
    .map(({ element }) => `${toText(element.action_id)} "${textOf(element.text)}"`)
    .join(', ');
  throw new Error(`no element ${JSON.stringify(choice)}; there are: ${offered || 'none'}`);
}

/** The value of a button, or those of a menu's options. */
function valuesOf(element: JsonObject): unknown[] {
  return [element.value, ...toObjects(element.options).map(({ value }) => value)];
}

async function sendEvent(context: FakeContext, input: EventInput): Promise<Delivery & { eventId: string }> {
  const eventId = input.eventId ?? `Ev${String(context.workspace.nextSequence()).padStart(9, '0')}`;
  const envelope = eventEnvelope({ event_ts: context.workspace.nextTs(), ...input.event }, eventId);
  const headers: Record<string, string> = {};
  if (input.retryNum !== undefined) {
    headers['x-slack-retry-num'] = String(input.retryNum);
    headers['x-slack-retry-reason'] = input.retryReason ?? 'http_timeout';
  }
  const delivery = await deliverRaw(context, JSON.stringify(envelope), 'application/json', envelope, headers);
  return { ...delivery, eventId };
}

async function postAs(
  context: FakeContext,
  input: { user: string; channel: string; text: string; threadTs?: string },
): Promise<FakeMessage> {
  const channel = context.workspace.requireChannel(input.channel);
  const thread = input.threadTs === undefined ? {} : { thread_ts: input.threadTs };
  const ts = context.workspace.nextTs();
  const message: FakeMessage = { type: 'message', user: input.user, text: input.text, ts, ...thread };
  context.workspace.addMessage(channel.id, message);
  if (!channel.members.includes(BOT.userId)) return message;
  const type = { public: 'channel', private: 'group', im: 'im', mpim: 'mpim' }[channel.kind ?? 'public'];
  await sendEvent(context, { event: { ...message, channel: channel.id, channel_type: type, event_ts: ts } });
  return message;
}

function runMessageShortcut(
  context: FakeContext,
  input: { user: string; channel: string; ts: string; callbackId: string },
): Promise<Delivery> {
  const channel = context.workspace.requireChannel(input.channel);
  const message = context.workspace.requireMessage(channel.id, input.ts);
  const { metadata: _metadata, ...shown } = message;
  const target: ResponseTarget = { channelId: channel.id, userId: input.user, isEphemeral: true };
  return deliverPayload(context, {
    ...basePayload(context, 'message_action', input.user),
    callback_id: input.callbackId,
    action_ts: context.workspace.nextTs(),
    message_ts: message.ts,
    trigger_id: context.rules.triggers.issue({ userId: input.user }),
    channel: { id: channel.id, name: channelName(channel) },
    message: structuredClone(shown),
    response_url: issueResponseUrl(context, target),
  });
}
