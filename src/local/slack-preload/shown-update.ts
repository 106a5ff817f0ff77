import { showInitialChoice } from './initial-values.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Reader } from './slack-date.ts';
import { showLinks } from './show-links.ts';
import { showMenu } from './show-menu.ts';
import { renderSlackText } from './slack-text.ts';

/**
 * What the workspace tells its page, put so that the page shows what Slack would show: texts of apps are
 * rendered for the reader, and a choice that starts with a value shows that value. What people have typed
 * stays as they typed it, and the log of what the bot has sent as it was sent.
 */
export function toShownUpdate(update: JsonObject, reader: Reader): JsonObject {
  return update['t'] === 'log' ? update : showObject(update, reader);
}

function showValue(value: unknown, reader: Reader): unknown {
  if (Array.isArray(value)) return value.map((item) => showValue(item, reader));
  return isObject(value) ? showObject(value, reader) : value;
}

function showObject(value: JsonObject, reader: Reader): JsonObject {
  const { type, text, element } = value;
  const shown: JsonObject = {};
  for (const [name, part] of Object.entries(value)) {
    shown[name] = name === 'log' ? part : showValue(part, reader);
  }
  const isAppText = type === 'mrkdwn' || (type === 'message' && value['bot_id'] !== undefined);
  if (isAppText && typeof text === 'string') shown['text'] = renderSlackText(text, reader);
  if (type === 'input' && isObject(element)) shown['element'] = showInitialChoice(element);
  return showLinks(showMenu(shown));
}
