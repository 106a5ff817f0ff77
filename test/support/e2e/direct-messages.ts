import { type JsonObject, toObject, toObjects } from '../slack/json.ts';

/** The direct messages between the bot and a person. */
export interface DirectMessages {
  channel: string;
  /** Oldest first. */
  messages: JsonObject[];
}

/** What the bot has written to a person of the local workspace; null while it has written nothing. */
export async function readDirectMessages(slackUrl: string, userId: string): Promise<DirectMessages | null> {
  const { channels } = await readControl(slackUrl, 'state');
  const found = toObjects(channels).find(
    ({ is_im: isIm, members }) => isIm === true && Array.isArray(members) && members.includes(userId),
  );
  if (found === undefined) return null;
  const channel = String(found['id']);
  const { messages } = await readControl(slackUrl, `messages/${channel}`);
  return { channel, messages: toObjects(messages) };
}

/** The buttons of a message or a view, with what a click on them sends. */
export function buttonsOf(surface: JsonObject): { text: string; action: JsonObject }[] {
  const elements = toObjects(surface['blocks']).flatMap((block) => [
    ...toObjects(block['elements']),
    ...toObjects([block['accessory'] ?? {}]),
  ]);
  return elements
    .filter(({ type }) => type === 'button')
    .map(({ type, text, action_id: actionId, value }) => ({
      text: String(toObject(text)['text']),
      action: { type, action_id: actionId, value },
    }));
}

async function readControl(slackUrl: string, path: string): Promise<JsonObject> {
  const response = await fetch(`${slackUrl}/_control/${path}`);
  return toObject(await response.json());
}
