import { performance } from 'node:perf_hooks';
import { completePayload } from './complete-payload.ts';
import { isObject, type JsonObject, toObject, toText } from './json.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SlackRules } from './slack-rules.ts';
import type { UpstreamViews } from './upstream-views.ts';

/** One delivery from the workspace to the app, as the app gets it. */
export interface InboundRecord {
  /** As in Socket Mode: `events_api`, `slash_commands` or `interactive`. */
  kind: string;
  payload: JsonObject;
  /** `event_id` of an event, else ''. */
  eventId: string;
  sentAtMs: number;
}

/** Looks at everything that the workspace sends to the app, and at what the app answers. */
export class InboundObserver {
  readonly records: InboundRecord[] = [];
  private readonly rules: SlackRules;
  private readonly responseUrls: ResponseUrls<string>;
  private readonly baseUrl: () => string;
  private readonly views: UpstreamViews;

  constructor(
    rules: SlackRules,
    responseUrls: ResponseUrls<string>,
    views: UpstreamViews,
    baseUrl: () => string,
  ) {
    this.rules = rules;
    this.responseUrls = responseUrls;
    this.views = views;
    this.baseUrl = baseUrl;
  }

  /** Starts the clock of the payload's trigger id, puts our own `response_url` in, and records it. */
  observe(kind: string, payload: JsonObject): InboundRecord {
    const userId = toText(payload.user_id) || toText(toObject(payload.user).id);
    const rewritten = completePayload(payload, this.views);
    const viewId = toText(toObject(rewritten.view).id);
    const origin = viewId === '' ? { userId } : { userId, viewId };
    if (toText(payload.trigger_id) !== '') this.rules.triggers.observe(toText(payload.trigger_id), origin);
    if (toText(rewritten.response_url) !== '') {
      const key = this.responseUrls.issue(toText(payload.response_url));
      rewritten.response_url = `${this.baseUrl()}/response/${key}`;
    }
    const eventId = toText(payload.event_id);
    const record = { kind, payload: rewritten, eventId, sentAtMs: performance.now() };
    this.records.push(record);
    return record;
  }

  /** Checks the app's answer to a delivery: in time, and right for the view that was submitted. */
  async checkAnswer(record: InboundRecord, answer: unknown): Promise<void> {
    const { payload } = record;
    this.rules.checkAckTime(Math.round(performance.now() - record.sentAtMs), payload);
    if (!isObject(answer)) return;
    if (record.kind === 'slash_commands' && toText(answer.text) !== '')
      await this.rules.checkResponseMessage(answer);
    if (payload.type !== 'view_submission') return;
    if (answer.response_action === 'push' && this.views.isFull())
      this.rules.record('ack', answer, { error: 'push_limit_reached', messages: [] });
    await this.rules.checkResponseAction(answer, toObject(payload.view));
  }
}
