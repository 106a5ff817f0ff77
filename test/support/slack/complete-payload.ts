import { elementsOf } from './block-limits.ts';
import { isObject, type JsonObject, textOf, toObject, toObjects, toText } from './json.ts';
import { type FilledInput, fillInputs, findClientErrors, toStateValues } from './view-input.ts';

/** What is shown in the workspace at the moment. */
export interface ShownViews {
  /** The open modals, the one on top last. */
  stack(): JsonObject[];
  home(userId: string): JsonObject | undefined;
}

/**
 * Adds what Slack has in every interactive payload and the local workspace leaves out: the place of a view in its
 * stack and its empty fields, untouched inputs with their initial values, `block_id` and `text` of a clicked button,
 * the container of a click on the Home tab or on an ephemeral message.
 */
export function completePayload(payload: JsonObject, views: ShownViews): JsonObject {
  if (payload.type === 'block_actions') return completeClick(payload, views);
  if (!isObject(payload.view)) return { ...payload };
  return { ...payload, view: completeView(payload.view, views.stack()) };
}

function completeClick(payload: JsonObject, views: ShownViews): JsonObject {
  const home = isHomeClick(payload) ? views.home(toText(toObject(payload.user).id)) : undefined;
  const surface = home ?? toObject(payload.message);
  const blocks = toObjects(surface.blocks);
  const actions = toObjects(payload.actions).map((action) => completeAction(action, blocks));
  if (home !== undefined) {
    const { channel: _channel, message: _message, response_url: _url, state: _state, ...rest } = payload;
    const container = { type: 'view', view_id: home.id };
    return { ...rest, enterprise: null, container, view: completeView(home, [home]), actions };
  }
  const state = { values: toStateValues(fillInputs(blocks, {})) };
  const completed: JsonObject = { ...payload, enterprise: null, state, actions };
  if (surface.subtype !== 'ephemeral') return completed;
  delete completed.message;
  return { ...completed, container: { ...toObject(payload.container), is_ephemeral: true } };
}

/** The workspace reports these as clicks on a message in a channel without an id. */
function isHomeClick(payload: JsonObject): boolean {
  return toText(toObject(payload.container).channel_id) === '';
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
