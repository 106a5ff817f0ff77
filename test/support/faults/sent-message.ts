import type { FakeMessage } from '../slack/fake-workspace.ts';
import { toObject, toText } from '../slack/json.ts';
import type { SlackFake } from '../slack/slack-fake.ts';

/** A message of an effect that Slack has taken. */
export interface SentMessage {
  /** The key in its metadata. */
  key: string;
  effectId: string;
  channelId: string;
  ts: string;
  /** As it stands now. */
  shown: FakeMessage;
}

/** Every message of an effect that Slack has ever said yes to, in that order; one that was sent twice is there twice. */
export function readSentMessages(slack: SlackFake): SentMessage[] {
  const sent: SentMessage[] = [];
  for (const { args, reply } of slack.calls('chat.postMessage')) {
    const payload = toObject(toObject(args.metadata).event_payload);
    const key = toText(payload.key);
    if (reply.ok !== true || key === '') continue;
    const channelId = toText(reply.channel);
    const ts = toText(reply.ts);
    const shown = slack.messages(channelId).find((message) => message.ts === ts);
    if (shown === undefined) throw new Error(`the message ${ts} in ${channelId} is gone`);
    sent.push({ key, effectId: toText(payload.effect_id), channelId, ts, shown });
  }
  return sent;
}
