import { checkBlocks } from './check-blocks.ts';
import { isObject, type JsonObject, toText } from './json.ts';
import { ProblemList, type Refusal } from './problem-list.ts';
import { SLACK_LIMITS } from './slack-limits.ts';

/**
 * Checks the arguments of `chat.postMessage`, `chat.update` or `chat.postEphemeral`, or the body sent to a
 * `response_url`. Stricter than Slack in one thing: blocks without a `text` fallback are refused (Slack warns).
 */
export async function validateMessage(args: JsonObject): Promise<Refusal | undefined> {
  const text = toText(args.text);
  if (text.trim() === '') {
    const why = args.blocks === undefined ? 'text is empty' : 'blocks need a `text` fallback';
    return { error: 'no_text', messages: [`[ERROR] ${why} [json-pointer:/text]`] };
  }
  if (text.length > SLACK_LIMITS.messageText)
    return {
      error: 'msg_too_long',
      messages: [`[ERROR] text has ${text.length} characters [json-pointer:/text]`],
    };
  const metadataRefusal = validateMetadata(args.metadata);
  if (metadataRefusal !== undefined) return metadataRefusal;
  if (args.blocks === undefined) return undefined;
  return validateMessageBlocks(args.blocks);
}

async function validateMessageBlocks(value: unknown): Promise<Refusal | undefined> {
  if (!Array.isArray(value))
    return {
      error: 'invalid_blocks_format',
      messages: ['[ERROR] blocks must be a list [json-pointer:/blocks]'],
    };
  const problems = new ProblemList();
  await checkBlocks(problems, '/blocks', value, 'message');
  if (problems.messages.length > 0) return { error: 'invalid_blocks', messages: problems.messages };
  const length = countText(value);
  if (length <= SLACK_LIMITS.messageBlocksText) return undefined;
  return {
    error: 'msg_blocks_too_long',
    messages: [`[ERROR] blocks hold ${length} characters [json-pointer:/blocks]`],
  };
}

/** The characters of all text that blocks would show. */
function countText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countText(item), 0);
  if (!isObject(value)) return 0;
  let sum = typeof value.text === 'string' ? value.text.length : 0;
  for (const item of Object.values(value)) if (typeof item === 'object') sum += countText(item);
  return sum;
}

function validateMetadata(metadata: unknown): Refusal | undefined {
  if (metadata === undefined) return undefined;
  const shown = (why: string): string[] => [`[ERROR] ${why} [json-pointer:/metadata]`];
  if (!isObject(metadata)) return { error: 'invalid_metadata_format', messages: shown('must be object') };
  if (Object.keys(metadata).length === 0) return undefined;
  if (toText(metadata.event_type) === '' || !isObject(metadata.event_payload))
    return { error: 'invalid_metadata_schema', messages: shown('needs event_type and event_payload') };
  const length = JSON.stringify(metadata.event_payload).length;
  if (length > SLACK_LIMITS.metadataPayload)
    return { error: 'metadata_too_large', messages: shown(`payload has ${length} characters`) };
  return undefined;
}
