/** A message as its event says; only what is read of it. */
export interface MessageEvent {
  type?: unknown;
  subtype?: unknown;
  bot_id?: unknown;
  user?: unknown;
  channel?: unknown;
  channel_type?: unknown;
  thread_ts?: unknown;
  ts?: unknown;
  text?: unknown;
}

/** A reply that sounds like an answer to what was asked. */
export interface AnswerReply {
  userId: string;
  channelId: string;
  threadTs: string;
}

/** What a person wrote to the bot alone. */
export interface DirectMessage {
  userId: string;
  channelId: string;
  text: string;
}

const maxLength = 80;
const yes =
  'approved?|approve it|i approve|accepted?|agreed?|lgtm|looks (?:good|great|fine|ok|okay)(?: to me)?|sounds good|ok|okay|k|yes|yep|yeah|yup|sure|fine|go ahead|go for it|ship it|do it|done|confirmed?|\\+1|thumbsup|white_check_mark|heavy_check_mark|ok_hand';
const no =
  'no|nope|not approved|rejected?|i reject|reject it|declined?|denied|deny|refused?|veto|-1|thumbsdown|x|no_entry(?:_sign)?';
const aside = '(?: (?:thanks|thank you|thx|from me|by me|for me|from my side|please|then))?';
const pattern = new RegExp(`^(?:(?:${yes}|${no})(?: |$))+$`);
const withAside = new RegExp(`^(.*?)${aside}$`);

/**
 * The reply, when a person wrote no more than "approved", "lgtm", "looks good", "ok", "+1", "no" or the like in a
 * thread; null for every other message. It decides nothing.
 */
export function readAnswerReply(event: MessageEvent): AnswerReply | null {
  const { type, subtype, bot_id: botId, user, channel, thread_ts: threadTs, ts, text } = event;
  if (type !== 'message' || subtype !== undefined || botId !== undefined) return null;
  if (typeof user !== 'string' || typeof channel !== 'string' || typeof text !== 'string') return null;
  if (typeof threadTs !== 'string' || threadTs === ts) return null;
  return soundsLikeAnswer(text) ? { userId: user, channelId: channel, threadTs } : null;
}

/** The message, when a person wrote it to the bot alone, outside of threads; null for every other one. */
export function readDirectMessage(event: MessageEvent): DirectMessage | null {
  const {
    type,
    subtype,
    bot_id: botId,
    user,
    channel,
    channel_type: kind,
    thread_ts: threadTs,
    text,
  } = event;
  if (type !== 'message' || subtype !== undefined || botId !== undefined) return null;
  if (kind !== 'im' || threadTs !== undefined) return null;
  if (typeof user !== 'string' || typeof channel !== 'string' || typeof text !== 'string') return null;
  return { userId: user, channelId: channel, text };
}

function soundsLikeAnswer(text: string): boolean {
  if (text.length > maxLength) return false;
  const words = text
    .toLowerCase()
    .replaceAll('👍', ' +1 ')
    .replaceAll('👎', ' -1 ')
    .replaceAll('✅', ' ok ')
    .replaceAll('❌', ' no ')
    .replace(/:([a-z0-9_+-]+?)(?:::skin-tone-\d)?:/g, ' $1 ')
    .replace(/[.,!;~*_“”"']/g, (mark) => (mark === '_' ? '_' : ' '))
    .replace(/\s+/g, ' ')
    .trim();
  const [, answer = ''] = withAside.exec(words) ?? [];
  return answer !== '' && pattern.test(answer);
}
