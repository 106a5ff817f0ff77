import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { SlackTrigger } from '../../domain/trigger.ts';
import { findInText } from '../../domain/triggers/text-match.ts';
import type { SlackConnection } from '../connection.ts';
import { mapInputs } from './mapped-inputs.ts';
import type { ChannelMessage } from './read-source.ts';
import { slackValuesOf } from './slack-values.ts';

/** The message that a sample stands for: one that began a thread, on 1 January 2024. */
const sampleTs = '1704067200.000100';

/** What a text would give the task, as if the person had written it in the first channel of the trigger; null: it does not match. */
export async function trySample(
  connection: SlackConnection,
  given: { trigger: SlackTrigger; schema: JsonSchema; text: string; requester: { userId: string } },
): Promise<JsonObject | null> {
  const { trigger, schema, text, requester } = given;
  const found = findInText(trigger.settings.match, text);
  if (found === null) return null;
  const source: ChannelMessage = {
    channelId: trigger.settings.channels[0] ?? 'C0SAMPLE',
    ts: sampleTs,
    threadTs: sampleTs,
    isReply: false,
    userId: requester.userId,
    botId: null,
    rawText: text,
    channelType: null,
    message: { text },
  };
  const reaction =
    trigger.kind === 'reaction'
      ? {
          channelId: source.channelId,
          ts: sampleTs,
          userId: requester.userId,
          reaction: trigger.settings.reaction,
        }
      : null;
  const values = await slackValuesOf(connection, { source, text, reaction }, found.groups);
  return mapInputs(trigger.settings.inputsTemplate, values, schema).inputs;
}
