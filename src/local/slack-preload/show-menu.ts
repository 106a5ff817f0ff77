import { isObject, type JsonObject, toObjects } from './json.ts';

/**
 * An overflow menu as the page can show it. The page makes a list of it that keeps showing what was chosen
 * and does nothing when the same is chosen again: so the first option becomes a button, which the bot
 * takes for the choice of it.
 */
export function showMenu(element: JsonObject): JsonObject {
  const [first] = toObjects(element['options']);
  if (element['type'] !== 'overflow' || first === undefined || !isObject(first['text'])) return element;
  const { action_id, block_id } = element;
  const { text, value } = first;
  return {
    type: 'button',
    text,
    value,
    ...(action_id === undefined ? {} : { action_id }),
    ...(block_id === undefined ? {} : { block_id }),
  };
}
