import { type Delivery, deliverPayload, type FakeContext } from './fake-context.ts';
import { type ElementChoice, findElement } from './fake-message-driver.ts';
import { actionEntry, basePayload, viewWithState } from './fake-payloads.ts';
import type { FakeView } from './fake-workspace.ts';
import { isObject, type JsonObject, toObject, toText } from './json.ts';
import {
  type FieldInput,
  type FieldInputs,
  fillInputs,
  findClientErrors,
  toState,
  toStateValues,
} from './view-input.ts';

export interface SubmitInput {
  user: string;
  /** Default: the modal on top. */
  viewId?: string;
  /** By `block_id`, `action_id` or label. */
  values?: FieldInputs;
}

export interface SubmitResult extends Partial<Delivery> {
  /** `refused`: the client did not send it; `closed` also when Slack shows the view below. */
  outcome: 'refused' | 'errors' | 'closed' | 'updated' | 'pushed' | 'cleared' | 'failed';
  /** Texts by `block_id`; empty unless `refused` or `errors`. */
  errors: Record<string, string>;
  /** The view that is on top afterwards. */
  view: FakeView | undefined;
}

export interface ViewClickInput extends ElementChoice {
  user: string;
  /** Default: the modal on top. */
  viewId?: string;
  chosen?: FieldInput;
  values?: FieldInputs;
}

/** What people do in modals and on the Home tab. */
export interface FakeViewDriver {
  submitView(input: SubmitInput): Promise<SubmitResult>;
  clickInView(input: ViewClickInput): Promise<Delivery>;
  /** Closes the modal on top; the app hears of it only if it asked to. */
  closeView(input: { user: string }): Promise<Delivery | undefined>;
  /** Asks for the options of an `external_select`. */
  suggestOptions(input: {
    user: string;
    viewId?: string;
    actionId: string;
    query: string;
  }): Promise<Delivery>;
}

/** Makes the driver of modals and the Home tab. */
export function createViewDriver(context: FakeContext): FakeViewDriver {
  return {
    submitView: (input) => submitView(context, input),
    clickInView: (input) => clickInView(context, input),
    closeView: (input) => closeView(context, input.user),
    suggestOptions: (input) => suggestOptions(context, input),
  };
}

async function submitView(context: FakeContext, input: SubmitInput): Promise<SubmitResult> {
  const view = context.views.requireView(input.user, input.viewId);
  const filled = fillInputs(view.blocks, input.values ?? {});
  const clientErrors = findClientErrors(filled);
  if (Object.keys(clientErrors).length > 0) return { outcome: 'refused', errors: clientErrors, view };
  const shown = viewWithState(view, toStateValues(filled));
  const delivery = await deliverPayload(context, {
    ...basePayload(context, 'view_submission', input.user),
    trigger_id: context.rules.triggers.issue({ userId: input.user, viewId: view.id }),
    view: shown,
    response_urls: [],
  });
  const answer = toObject(delivery.body);
  const outcome = await applyAnswer(context, input.user, view, delivery, answer);
  const errors = outcome === 'errors' ? (toObject(answer.errors) as Record<string, string>) : {};
  return { ...delivery, outcome, errors, view: context.views.stack(input.user).at(-1) };
}

async function applyAnswer(
  context: FakeContext,
  userId: string,
  view: FakeView,
  delivery: Delivery,
  answer: JsonObject,
): Promise<SubmitResult['outcome']> {
  const isUnderstood = delivery.status === 200 && (delivery.body === '' || isObject(delivery.body));
  if (!isUnderstood) return 'failed';
  if ((await context.rules.checkResponseAction(answer, view)) !== undefined) return 'failed';
  switch (answer.response_action) {
    case 'errors':
      return 'errors';
    case 'update':
      context.views.replace(view, answer.view);
      return 'updated';
    case 'push':
      context.views.push(userId, answer.view);
      return 'pushed';
    case 'clear':
      context.views.clear(userId);
      return 'cleared';
    default:
      context.views.close(userId, view.id);
      return 'closed';
  }
}

function clickInView(context: FakeContext, input: ViewClickInput): Promise<Delivery> {
  const view = context.views.requireView(input.user, input.viewId);
  const { blockId, element } = findElement(view.blocks, input);
  const filled = fillInputs(view.blocks, input.values ?? {});
  const state = toState(element, input.chosen);
  if (element.type !== 'button') {
    const own = filled.find((one) => one.blockId === blockId && one.actionId === element.action_id);
    if (own !== undefined) own.state = state;
  }
  return deliverPayload(context, {
    ...basePayload(context, 'block_actions', input.user),
    container: { type: 'view', view_id: view.id },
    trigger_id: context.rules.triggers.issue({ userId: input.user, viewId: view.id }),
    view: viewWithState(view, toStateValues(filled)),
    actions: [actionEntry(blockId, element, state, context.workspace.nextTs())],
  });
}

async function closeView(context: FakeContext, userId: string): Promise<Delivery | undefined> {
  const view = context.views.requireView(userId);
  const isCleared = view.clear_on_close === true;
  if (isCleared) context.views.clear(userId);
  else context.views.close(userId, view.id);
  if (view.notify_on_close !== true) return undefined;
  return deliverPayload(context, {
    ...basePayload(context, 'view_closed', userId),
    view: viewWithState(view, {}),
    is_cleared: isCleared,
  });
}

function suggestOptions(
  context: FakeContext,
  input: { user: string; viewId?: string; actionId: string; query: string },
): Promise<Delivery> {
  const view = context.views.requireView(input.user, input.viewId);
  const { blockId, element } = findElement(view.blocks, { actionId: input.actionId });
  return deliverPayload(context, {
    ...basePayload(context, 'block_suggestion', input.user),
    container: { type: 'view', view_id: view.id },
    view: structuredClone(view),
    action_id: toText(element.action_id),
    block_id: blockId,
    value: input.query,
  });
}
