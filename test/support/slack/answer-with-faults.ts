import type { ServerResponse } from 'node:http';
import type { ApiCall, ApiReply } from './api-call.ts';
import { rateLimited, type SlackRules } from './slack-rules.ts';

/** Writes an answer of the Web API. */
export function sendReply(response: ServerResponse, reply: ApiReply): void {
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
  response.end(JSON.stringify(reply.body));
}

/** Answers a call with what `answer` gives, unless a fault was ordered for it. */
export async function answerWithFaults(
  rules: SlackRules,
  call: ApiCall,
  response: ServerResponse,
  answer: () => Promise<ApiReply>,
): Promise<void> {
  const fault = rules.faults.take(call.method);
  if (fault === undefined) return sendReply(response, await answer());
  if (fault.hang === true) return;
  if (fault.dropBeforeSend === true) return dropConnection(response);
  if (fault.dropAfterSend === true) {
    await answer();
    return dropConnection(response);
  }
  if (fault.error !== undefined)
    return sendReply(response, { status: 200, body: { ok: false, error: fault.error } });
  if (fault.status === 429) return sendReply(response, rateLimited(fault.retryAfterSec ?? 1));
  sendReply(response, { status: fault.status ?? 500, body: { ok: false, error: 'internal_error' } });
}

function dropConnection(response: ServerResponse): void {
  response.socket?.destroy();
}
