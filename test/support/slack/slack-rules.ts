import { type Clock, systemClock } from '../../../src/clock.ts';
import type { ApiCall, ApiReply } from './api-call.ts';
import { FaultQueue } from './fault-queue.ts';
import { isObject, type JsonObject, toObject, toObjects, toText } from './json.ts';
import { type PostRate, PostRateLimiter } from './post-rate.ts';
import type { Refusal } from './problem-list.ts';
import { SLACK_TIMES } from './slack-limits.ts';
import { TriggerIds } from './trigger-ids.ts';
import { validateMessage } from './validate-message.ts';
import { validateView } from './validate-view.ts';

export interface SlackRulesOptions {
  botToken: string;
  /** The token of `apps.connections.open`. Default: none is accepted. */
  appToken?: string;
  /** The clock of trigger ids, rate limits and response URLs. Default: the system's. */
  clock?: Clock;
  /** Default: one message per second and channel with a burst of 5. `false` for no limit. */
  postRate?: PostRate | false;
}

/** Something that the app did and that Slack would not have taken. */
export interface Violation extends Refusal {
  /** The Web API method, `ack` for the answer to a delivery, `response_url` for a post to one. */
  method: string;
  args: JsonObject;
}

const MESSAGE_METHODS = ['chat.postMessage', 'chat.update', 'chat.postEphemeral'];
const TRIGGER_METHODS = ['views.open', 'views.push'];
const VIEW_METHODS = [...TRIGGER_METHODS, 'views.update', 'views.publish'];

/** What real Slack enforces on every call; shared by the fake and by the proxy. */
export class SlackRules {
  readonly clock: Clock;
  readonly triggers: TriggerIds;
  readonly faults = new FaultQueue();
  private readonly options: SlackRulesOptions;
  private readonly postRate: PostRateLimiter | undefined;
  private recorded: Violation[] = [];

  constructor(options: SlackRulesOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.triggers = new TriggerIds(this.clock);
    const rate = options.postRate ?? { perSec: 1, burst: 5 };
    this.postRate = rate === false ? undefined : new PostRateLimiter(this.clock, rate);
  }

  /** Everything that was refused since the start or the last `clearViolations`. */
  violations(): Violation[] {
    return [...this.recorded];
  }

  clearViolations(): void {
    this.recorded = [];
  }

  /** Checks one call; gives the refusal to answer with, or nothing when the call may be done. */
  async check(call: ApiCall): Promise<ApiReply | undefined> {
    const authError = this.checkToken(call);
    if (authError !== undefined) return { status: 200, body: { ok: false, error: authError } };
    const refusal = await this.validate(call);
    if (refusal !== undefined) return this.refuse(call.method, call.args, refusal);
    if (call.method === 'chat.postMessage') return this.limitPosts(toText(call.args.channel));
    if (TRIGGER_METHODS.includes(call.method)) return this.useTrigger(call);
    return undefined;
  }

  /** Records a violation that was found outside `check`. */
  record(method: string, args: JsonObject, refusal: Refusal): void {
    this.recorded.push({ method, args, ...refusal });
  }

  /** Records an answer to Slack that came later than 3 seconds (real time: the person sees an error). */
  checkAckTime(durationMs: number, payload: JsonObject): void {
    if (durationMs <= SLACK_TIMES.acknowledgeMs) return;
    this.record('ack', payload, { error: 'operation_timeout', messages: [`[ERROR] took ${durationMs} ms`] });
  }

  /** Checks the body of a `view_submission` answer against the view that was submitted. */
  async checkResponseAction(answer: JsonObject, view: JsonObject): Promise<Refusal | undefined> {
    const refusal = await findResponseActionProblem(answer, view);
    if (refusal !== undefined) this.record('ack', answer, refusal);
    return refusal;
  }

  /** Checks a message that is sent to a `response_url` or as the answer to a command. */
  async checkResponseMessage(body: JsonObject): Promise<Refusal | undefined> {
    if (body.delete_original === true && body.text === undefined) return undefined;
    const refusal = await validateMessage(body);
    if (refusal !== undefined) this.record('response_url', body, refusal);
    return refusal;
  }

  private checkToken(call: ApiCall): string | undefined {
    if (call.token === undefined) return 'not_authed';
    const isAppLevel = call.method === 'apps.connections.open';
    const expected = isAppLevel ? this.options.appToken : this.options.botToken;
    return call.token === expected ? undefined : 'invalid_auth';
  }

  private async validate(call: ApiCall): Promise<Refusal | undefined> {
    if (MESSAGE_METHODS.includes(call.method)) return validateMessage(call.args);
    if (!VIEW_METHODS.includes(call.method)) return undefined;
    return validateView(call.args.view, call.method === 'views.publish' ? 'home' : surfaceOf(call));
  }

  private limitPosts(channel: string): ApiReply | undefined {
    const limited = this.postRate?.take(channel);
    return limited === undefined ? undefined : rateLimited(limited.retryAfterSec);
  }

  private useTrigger(call: ApiCall): ApiReply | undefined {
    const error = this.triggers.use(toText(call.args.trigger_id));
    if (error === undefined) return undefined;
    return this.refuse(call.method, call.args, { error, messages: [] });
  }

  private refuse(method: string, args: JsonObject, refusal: Refusal): ApiReply {
    this.record(method, args, refusal);
    return { status: 200, body: refusalBody(refusal) };
  }
}

/** `views.update` also updates the Home tab. */
function surfaceOf(call: ApiCall): 'modal' | 'home' {
  return call.method === 'views.update' && toObject(call.args.view).type === 'home' ? 'home' : 'modal';
}

/** The answer to a call that came too early. */
export function rateLimited(retryAfterSec: number): ApiReply {
  const headers = { 'retry-after': String(retryAfterSec) };
  return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
}

/** `{ ok: false, error, response_metadata }` as Slack answers it. */
export function refusalBody(refusal: Refusal): JsonObject {
  const metadata = refusal.messages.length > 0 ? { response_metadata: { messages: refusal.messages } } : {};
  return { ok: false, error: refusal.error, ...metadata };
}

async function findResponseActionProblem(answer: JsonObject, view: JsonObject): Promise<Refusal | undefined> {
  const action = answer.response_action;
  if (action === undefined || action === 'clear') return undefined;
  if (action === 'update' || action === 'push') return validateView(answer.view, 'modal');
  if (action !== 'errors')
    return { error: 'invalid_response_action', messages: [`[ERROR] ${toText(action)}`] };
  if (!isObject(answer.errors) || Object.keys(answer.errors).length === 0)
    return { error: 'invalid_response_action', messages: ['[ERROR] errors are empty'] };
  const inputs = toObjects(view.blocks).filter((block) => block.type === 'input');
  const known = new Set(inputs.map((block) => toText(block.block_id)));
  const messages: string[] = [];
  for (const [blockId, text] of Object.entries(answer.errors)) {
    if (!known.has(blockId)) messages.push(`[ERROR] no input block has the id ${blockId}`);
    if (toText(text) === '') messages.push(`[ERROR] the error of ${blockId} has no text`);
  }
  return messages.length > 0 ? { error: 'invalid_response_action', messages } : undefined;
}
