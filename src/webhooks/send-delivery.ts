import type { Delivery, DeliveryAttempt } from '../domain/delivery.ts';
import { nextAttemptAt } from '../domain/delivery-schedule.ts';
import type { DeliveryOutcome } from '../domain/delivery-store.ts';
import { errorMessage } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Exchange, PostWebhook } from './post-webhook.ts';
import type { Receiver } from './receiver.ts';
import { signatureHeaders } from './signing.ts';

export interface SendDeps {
  post: PostWebhook;
  box: SecretBox;
  clock: Clock;
  /** From 0 to 1. */
  random: () => number;
}

export interface SentDelivery {
  attempt: DeliveryAttempt;
  outcome: DeliveryOutcome;
  /** The receiver answered 410: it wants nothing more. */
  isGone: boolean;
}

/** How much is kept of an answer that was no success. */
const maxExcerptLength = 200;
const gone = 410;

/** What a sealed body was sealed for. */
export function deliveryContext(key: string): string {
  return `delivery:${key}:body`;
}

/** One attempt to give an event to its receiver, and what follows from it. Never rejects. */
export async function sendDelivery(
  deps: SendDeps,
  receiver: Receiver,
  delivery: Delivery,
): Promise<SentDelivery> {
  const exchange = await tryToSend(deps, receiver, delivery);
  const { at, status, durationMs } = exchange;
  const isDone = status !== null && status >= 200 && status < 300;
  if (isDone) {
    const attempt = { at, status, error: null, durationMs, excerpt: null };
    return { attempt, outcome: { kind: 'delivered' }, isGone: false };
  }
  const error = exchange.error ?? explainStatus(status ?? 0);
  const excerpt = exchange.body === '' ? null : exchange.body.slice(0, maxExcerptLength).toWellFormed();
  const attempt = { at, status, error, durationMs, excerpt };
  if (status === gone) return { attempt, outcome: { kind: 'dead' }, isGone: true };
  const nextAt = nextAttemptAt({
    failures: delivery.failures + 1,
    waitingSince: delivery.queuedAt,
    now: deps.clock.now(),
    retryAfterMs: exchange.retryAfterMs,
    random: deps.random(),
  });
  const outcome: DeliveryOutcome = nextAt === null ? { kind: 'dead' } : { kind: 'retry', at: nextAt };
  return { attempt, outcome, isGone: false };
}

async function tryToSend(deps: SendDeps, receiver: Receiver, delivery: Delivery): Promise<Exchange> {
  const { box, clock, post } = deps;
  const at = clock.now();
  const failed = { at, status: null, durationMs: 0, body: '', retryAfterMs: null };
  const url = delivery.url ?? receiver.webhookUrl;
  if (!receiver.isVerified || url === null) {
    return { ...failed, error: "The plugin's webhookUrl was changed and is not verified yet." };
  }
  try {
    const body = bodyOf(box, delivery);
    const headers = signatureHeaders(box, receiver, { id: delivery.eventId, at, body });
    return await post(url, headers, body);
  } catch (error) {
    return { ...failed, error: errorMessage(error) };
  }
}

function bodyOf(box: SecretBox, { body, key }: Delivery): string {
  if (body === null) throw new Error('What was to be sent is not kept any more.');
  return body.kind === 'plain' ? body.json : box.open(body.text, deliveryContext(key));
}

function explainStatus(status: number): string {
  if (status >= 300 && status < 400) {
    return `The receiver answered ${status}, a redirect, which is not followed: register the address that it leads to.`;
  }
  if (status === gone)
    return 'The receiver answered 410: it wants no more events, so the handler was disabled.';
  return `The receiver answered ${status}; an event counts as delivered with any status from 200 to 299.`;
}
