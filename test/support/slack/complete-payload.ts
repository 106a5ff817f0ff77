import { elementsOf } from './block-limits.ts';
import { isObject, type JsonObject, textOf, toObject, toObjects, toText } from './json.ts';
import { type FilledInput, fillInputs, findClientErrors, toStateValues } from './view-input.ts';

/**
 * Adds what Slack has in every interactive payload and the local workspace leaves out: the place of a view in its
 * stack and its empty fields, untouched inputs with their initial values, `block_id` and `text` of a clicked button.
 */
export function completePayload(payload: JsonObject, stack: JsonObject[]): JsonObject {
  const completed = { ...payload };
  if (isObject(payload.view)) completed.view = completeView(payload.view, stack);
  if (payload.type !== 'block_actions') return completed;
  const blocks = toObjects(toObject(payload.message).blocks ?? toObject(payload.view).blocks);
  completed.actions = toObjects(payload.actions).map((action) => completeAction(action, blocks));
  completed.enterprise = payload.enterprise ?? null;
  return completed;
}

function completeView(view: JsonObject, stack: JsonObject[]): JsonObject {
  const index = stack.findIndex(({ id }) => id === view.id);
  const place =
    index < 0 ? {} : { root_view_id: stack[0]?.id, previous_view_id: stack[index - 1]?.id ?? null };
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...view,
    ...place,
    state: { values: toStateValues(readInputs(view)) },
  };
}

/**
 * What Slack's own client would have refused to send: the answer that marks the fields, or nothing. The workspace's
 * client sends empty required fields and texts that are no numbers.
 */
export function refuseSubmission(payload: JsonObject): JsonObject | undefined {
  if (payload.type !== 'view_submission') return undefined;
  const errors = findClientErrors(readInputs(toObject(payload.view)));
  return Object.keys(errors).length === 0 ? undefined : { response_action: 'errors', errors };
}

/** The inputs of a view: what the workspace sent, else the initial value. */
function readInputs(view: JsonObject): FilledInput[] {
  const sent = toObject(toObject(view.state).values);
  return fillInputs(toObjects(view.blocks), {}).map((input) => {
    const state = toObject(toObject(sent[input.blockId])[input.actionId]);
    return { ...input, state: { ...input.state, ...withoutUntouched(state) } };
  });
}

/** The workspace sends `null` or `[]` for what nobody touched, and '' for a text that was emptied. */
function withoutUntouched(state: JsonObject): JsonObject {
  const isUntouched = (value: unknown): boolean =>
    value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  const touched = Object.entries(state).filter(([, value]) => !isUntouched(value));
  return Object.fromEntries(touched.map(([name, value]) => [name, value === '' ? null : value]));
}

function completeAction(action: JsonObject, blocks: JsonObject[]): JsonObject {
  const candidates = blocks.flatMap((block) =>
    elementsOf(block).map((element) => ({ blockId: toText(block.block_id), element })),
  );
  const used = candidates.find(
    ({ blockId, element }) =>
      element.action_id === action.action_id &&
      (action.value === undefined || element.value === action.value) &&
      (action.block_id === undefined || action.block_id === blockId),
  );
  if (used === undefined) return action;
  const isButton = used.element.type === 'button';
  const text = isButton ? { text: { type: 'plain_text', text: textOf(used.element.text), emoji: true } } : {};
  return { ...text, block_id: used.blockId, ...action };
}
