import type { ApiReply } from './api-call.ts';
import { buildBotMessage, replaceMessage } from './fake-chat-methods.ts';
import type { FakeContext, ResponseTarget } from './fake-context.ts';
import type { JsonObject } from './json.ts';
import { refusalBody } from './slack-rules.ts';

/** Handles a POST to a `response_url`: five uses, thirty minutes, the same limits as any message. */
export async function answerResponseUrl(
  context: FakeContext,
  key: string,
  body: JsonObject,
): Promise<ApiReply> {
  const use = context.responseUrls.use(key);
  if ('error' in use) {
    context.rules.record('response_url', body, { error: use.error, messages: [] });
    return { status: 404, body: { ok: false, error: use.error } };
  }
  return deliverToResponseTarget(context, use.target, body);
}

/** Posts, replaces or deletes as `response_type`, `replace_original` and `delete_original` say. */
export async function deliverToResponseTarget(
  context: FakeContext,
  target: ResponseTarget,
  body: JsonObject,
): Promise<ApiReply> {
  const refusal = await context.rules.checkResponseMessage(body);
  if (refusal !== undefined) return { status: 400, body: refusalBody(refusal) };
  const isOnOriginal = body.replace_original === true || body.delete_original === true;
  if (isOnOriginal && target.messageTs !== undefined) changeOriginal(context, target, target.messageTs, body);
  else postAnswer(context, target, body);
  return { status: 200, body: { ok: true } };
}

function changeOriginal(context: FakeContext, target: ResponseTarget, ts: string, body: JsonObject): void {
  const { workspace } = context;
  if (body.delete_original === true) {
    if (target.isEphemeral) workspace.removeEphemeral(ts);
    else workspace.removeMessage(target.channelId, ts);
    return;
  }
  const ephemeral = workspace.ephemerals(target.userId, target.channelId).find((one) => one.ts === ts);
  const message = target.isEphemeral ? ephemeral : workspace.findMessage(target.channelId, ts);
  if (message !== undefined) replaceMessage(workspace, message, body);
}

function postAnswer(context: FakeContext, target: ResponseTarget, body: JsonObject): void {
  const message = buildBotMessage(context.workspace, body);
  if (body.response_type === 'in_channel') context.workspace.addMessage(target.channelId, message);
  else context.workspace.addEphemeral(target.channelId, target.userId, message);
}
