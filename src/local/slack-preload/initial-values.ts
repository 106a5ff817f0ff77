import { isObject, type JsonObject, toObjects } from './json.ts';

/**
 * An input as the page can show it with the option that it starts with. The page shows no initial option,
 * but a list's placeholder, which it takes for no choice: so that option becomes the placeholder, radio
 * buttons become a list, and {@link completeValues} turns no choice into that option again.
 */
export function showInitialChoice(element: JsonObject): JsonObject {
  const { type, initial_option: initial } = element;
  if (type !== 'static_select' && type !== 'radio_buttons') return element;
  if (!isObject(initial) || !isObject(initial['text'])) return element;
  const others = toObjects(element['options']).filter(({ value }) => value !== initial['value']);
  const placeholder = { type: 'plain_text', text: initial['text']['text'] };
  return { ...element, type: 'static_select', placeholder, options: others };
}

/**
 * The values of a form as Slack would send them, by `block_id` and `action_id`: what nobody touched has its
 * initial value. Only checkboxes are left as they are sent: the page shows all of them unticked, and what
 * is sent must be what was seen.
 */
export function completeValues(view: JsonObject, sent: JsonObject): JsonObject {
  const values = { ...sent };
  for (const { type, block_id: blockId, element } of toObjects(view['blocks'])) {
    if (type !== 'input' || typeof blockId !== 'string' || !isObject(element)) continue;
    const { action_id: actionId } = element;
    if (typeof actionId !== 'string') continue;
    const block = isObject(values[blockId]) ? values[blockId] : {};
    const state = completeState(element, isObject(block[actionId]) ? block[actionId] : {});
    if (state !== null) values[blockId] = { ...block, [actionId]: state };
  }
  return values;
}

/** `null` if nobody touched the input and it has no initial value. */
function completeState(element: JsonObject, sent: JsonObject): JsonObject | null {
  const { type } = element;
  const isTouched = Object.keys(sent).some((name) => name !== 'type');
  if (isTouched) return { ...sent, type };
  if (type === 'checkboxes') return null;
  const initial = Object.entries(element).find(([name]) => name.startsWith('initial_'));
  if (initial === undefined) return null;
  const [name, value] = initial;
  return { type, [stateNameOf(name)]: value };
}

/** `initial_option` is sent as `selected_option`, and so on; only a text is plainly its `value`. */
function stateNameOf(initialName: string): string {
  return initialName === 'initial_value' ? 'value' : initialName.replace(/^initial_/, 'selected_');
}
