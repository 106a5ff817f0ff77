import { performance } from 'node:perf_hooks';
import { parseJson } from './api-call.ts';
import type { FakeViews } from './fake-views.ts';
import type { FakeWorkspace } from './fake-workspace.ts';
import type { JsonObject } from './json.ts';
import type { ResponseUrls } from './response-urls.ts';
import { signSlackRequest } from './sign-slack-request.ts';
import type { SlackRules } from './slack-rules.ts';

/** How the app answered a delivery. */
export interface Delivery {
  status: number;
  /** Parsed when it is JSON, else the text; '' for an empty answer. */
  body: unknown;
  durationMs: number;
}

/** Where a message sent to a `response_url` goes. */
export interface ResponseTarget {
  channelId: string;
  userId: string;
  /** The message that was clicked. */
  messageTs?: string;
  threadTs?: string;
  isEphemeral: boolean;
}

/** What the drivers of the fake share. */
export interface FakeContext {
  workspace: FakeWorkspace;
  views: FakeViews;
  rules: SlackRules;
  responseUrls: ResponseUrls<ResponseTarget>;
  signingSecret: string;
  /** The root of the fake's own URLs, without a trailing slash. */
  baseUrl(): string;
  /** The app's address for deliveries. Throws while none is set. */
  eventsUrl(): string;
}

/** Sends an interactive payload, as a form with one field `payload`. */
export function deliverPayload(context: FakeContext, payload: JsonObject): Promise<Delivery> {
  const rawBody = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return deliverRaw(context, rawBody, 'application/x-www-form-urlencoded', payload);
}

/** Signs a raw body and POSTs it to the app; an answer after more than 3 seconds is a violation. */
export async function deliverRaw(
  context: FakeContext,
  rawBody: string,
  contentType: string,
  payload: JsonObject,
  headers: Record<string, string> = {},
): Promise<Delivery> {
  const startedAtMs = performance.now();
  const signature = signSlackRequest(context.signingSecret, rawBody, Math.floor(Date.now() / 1_000));
  const response = await fetch(context.eventsUrl(), {
    method: 'POST',
    headers: { 'content-type': contentType, ...signature, ...headers },
    body: rawBody,
  });
  const text = await response.text();
  const durationMs = Math.round(performance.now() - startedAtMs);
  context.rules.checkAckTime(durationMs, payload);
  return { status: response.status, body: parseJson(text) ?? text, durationMs };
}
