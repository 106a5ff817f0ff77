import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerWithFaults, sendReply } from './answer-with-faults.ts';
import { type ApiCall, parseApiCall, parseJson, readBody } from './api-call.ts';
import { refuseSubmission } from './complete-payload.ts';
import type { FakeUsergroup } from './fake-workspace.ts';
import type { Fault } from './fault-queue.ts';
import { InboundObserver, type InboundRecord } from './inbound-observer.ts';
import { isObject, type JsonObject, toObject } from './json.ts';
import { ProxyWebApi } from './proxy-web-api.ts';
import { ResponseUrls } from './response-urls.ts';
import { signSlackRequest } from './sign-slack-request.ts';
import type { RecordedCall } from './slack-fake.ts';
import { refusalBody, SlackRules, type SlackRulesOptions, type Violation } from './slack-rules.ts';
import { SocketRelay } from './socket-relay.ts';
import { UpstreamViews } from './upstream-views.ts';

export interface FidelityProxyOptions extends SlackRulesOptions {
  /** The local workspace, for example `http://localhost:4000`. */
  upstreamUrl: string;
  /** Signs deliveries in HTTP mode. */
  signingSecret: string;
  /** HTTP mode: the app's address for deliveries; can be set later with `setEventsUrl`. */
  eventsUrl?: string;
  /** What `usergroups.list` gives. Default: none. */
  usergroups?: FakeUsergroup[];
  /** Default: a free one. */
  port?: number;
}

/** Stands between the app and the local workspace and behaves as strictly as Slack. */
export interface FidelityProxy {
  /** For `SLACK_API_URL`. */
  apiUrl: string;
  /** HTTP mode: the `requestUrl` of the workspace's configuration. */
  receiverUrl: string;
  setEventsUrl(eventsUrl: string): void;
  /** The app's calls so far, oldest first. */
  calls(method?: string): RecordedCall[];
  /** What the workspace has sent to the app, oldest first. */
  inbound(): InboundRecord[];
  violations(): Violation[];
  clearViolations(): void;
  failNext(fault: Fault): void;
  /** Delivers a payload again with the same `event_id`, marked as a retry. */
  redeliver(record: InboundRecord, retryNum: number): Promise<void>;
  /** Delivers the next payloads twice. */
  duplicateNext(times: number): void;
  /** Delivers everything this much later from now on. */
  setDelayMs(delayMs: number): void;
  /** Socket Mode: makes the app connect anew. */
  disconnectSockets(): void;
  close(): Promise<void>;
}

/** Starts the proxy on the loopback interface. */
export async function startFidelityProxy(options: FidelityProxyOptions): Promise<FidelityProxy> {
  const proxy = new ProxyServer(options);
  await proxy.listen(options.port ?? 0);
  return proxy;
}

class ProxyServer implements FidelityProxy {
  apiUrl = '';
  receiverUrl = '';
  private readonly rules: SlackRules;
  private readonly responseUrls: ResponseUrls<string>;
  private readonly views: UpstreamViews;
  private readonly observer: InboundObserver;
  private readonly relay: SocketRelay;
  private readonly webApi: ProxyWebApi;
  private readonly signingSecret: string;
  private readonly recorded: RecordedCall[] = [];
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch(() => response.destroy());
  });
  private eventsUrl: string | undefined;
  private host = '';
  private delayMs = 0;
  private duplicatesLeft = 0;

  constructor(options: FidelityProxyOptions) {
    this.rules = new SlackRules(options);
    this.responseUrls = new ResponseUrls<string>(this.rules.clock);
    const upstreamUrl = options.upstreamUrl.replace(/\/$/, '');
    this.views = new UpstreamViews(upstreamUrl);
    const baseUrl = (): string => `http://${this.host}`;
    this.observer = new InboundObserver(this.rules, this.responseUrls, this.views, baseUrl);
    this.relay = new SocketRelay(this.observer);
    this.webApi = new ProxyWebApi({
      upstreamUrl,
      rules: this.rules,
      views: this.views,
      usergroups: options.usergroups ?? [],
      rewriteSocketUrl: (url) => this.relay.rewriteUrl(url, this.host),
    });
    this.signingSecret = options.signingSecret;
    this.eventsUrl = options.eventsUrl;
    this.server.on('upgrade', (request, socket, head) => this.relay.handleUpgrade(request, socket, head));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.apiUrl = `http://${this.host}/api/`;
    this.receiverUrl = `http://${this.host}/slack/events`;
  }

  setEventsUrl(eventsUrl: string): void {
    this.eventsUrl = eventsUrl;
  }

  calls(method?: string): RecordedCall[] {
    return this.recorded.filter((call) => method === undefined || call.method === method);
  }

  inbound(): InboundRecord[] {
    return [...this.observer.records];
  }

  violations(): Violation[] {
    return this.rules.violations();
  }

  clearViolations(): void {
    this.rules.clearViolations();
  }

  failNext(fault: Fault): void {
    this.rules.faults.failNext(fault);
  }

  async redeliver(record: InboundRecord, retryNum: number): Promise<void> {
    if (this.eventsUrl === undefined) this.relay.redeliver(record, retryNum);
    else await this.post(record, retryNum);
  }

  duplicateNext(times: number): void {
    this.duplicatesLeft += times;
    this.relay.duplicateNext(times);
  }

  setDelayMs(delayMs: number): void {
    this.delayMs = delayMs;
    this.relay.setDelayMs(delayMs);
  }

  disconnectSockets(): void {
    this.relay.disconnectAll();
  }

  async close(): Promise<void> {
    await this.relay.close();
    this.views.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = (await readBody(request)).toString();
    const path = request.url ?? '/';
    const responseKey = /^\/response\/([\w-]+)$/.exec(path)?.[1];
    if (responseKey !== undefined) return this.handleResponseUrl(responseKey, rawBody, response);
    if (path === '/slack/events') return this.handleDelivery(request, rawBody, response);
    const call: ApiCall = parseApiCall(request, rawBody);
    await answerWithFaults(this.rules, call, response, async () => {
      const reply = await this.webApi.answer(call);
      this.recorded.push({ method: call.method, args: call.args, reply: reply.body });
      return reply;
    });
  }

  private async handleResponseUrl(key: string, rawBody: string, response: ServerResponse): Promise<void> {
    const body = toObject(parseJson(rawBody));
    const use = this.responseUrls.use(key);
    if ('error' in use) {
      this.rules.record('response_url', body, { error: use.error, messages: [] });
      return sendReply(response, { status: 404, body: { ok: false, error: use.error } });
    }
    const refusal = await this.rules.checkResponseMessage(body);
    if (refusal !== undefined) return sendReply(response, { status: 400, body: refusalBody(refusal) });
    const headers = { 'content-type': 'application/json' };
    const upstream = await fetch(use.target, { method: 'POST', headers, body: rawBody });
    sendReply(response, { status: upstream.status, body: { ok: upstream.ok } });
  }

  /** HTTP mode: takes a delivery of the workspace, signs it anew and hands the app's answer back. */
  private async handleDelivery(
    request: IncomingMessage,
    rawBody: string,
    response: ServerResponse,
  ): Promise<void> {
    const { kind, payload } = parseDelivery(request.headers['content-type'] ?? '', rawBody);
    await sleep(this.delayMs);
    const refusal = refuseSubmission(payload);
    if (refusal !== undefined) return sendReply(response, { status: 200, body: refusal });
    const record = this.observer.observe(kind, payload);
    const answer = await this.post(record, 0);
    if (this.duplicatesLeft > 0) {
      this.duplicatesLeft -= 1;
      await this.post(record, 1);
    }
    response.writeHead(answer.status, { 'content-type': answer.contentType });
    response.end(answer.text);
  }

  private async post(
    record: InboundRecord,
    retryNum: number,
  ): Promise<{ status: number; contentType: string; text: string }> {
    if (this.eventsUrl === undefined)
      throw new Error('the proxy does not know the app: call setEventsUrl first');
    const { contentType, rawBody } = formatDelivery(record);
    const signature = signSlackRequest(this.signingSecret, rawBody, Math.floor(Date.now() / 1_000));
    const retry = { 'x-slack-retry-num': String(retryNum), 'x-slack-retry-reason': 'http_timeout' };
    const response = await fetch(this.eventsUrl, {
      method: 'POST',
      headers: { 'content-type': contentType, ...signature, ...(retryNum > 0 ? retry : {}) },
      body: rawBody,
    });
    const text = await response.text();
    const answer = parseJson(text);
    await this.observer.checkAnswer(record, isObject(answer) ? answer : { text });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'text/plain',
      text,
    };
  }
}

function parseDelivery(contentType: string, rawBody: string): { kind: string; payload: JsonObject } {
  if (contentType.includes('application/json'))
    return { kind: 'events_api', payload: toObject(parseJson(rawBody)) };
  const fields = Object.fromEntries(new URLSearchParams(rawBody));
  if (fields.payload === undefined) return { kind: 'slash_commands', payload: fields };
  return { kind: 'interactive', payload: toObject(parseJson(fields.payload)) };
}

function formatDelivery(record: InboundRecord): { contentType: string; rawBody: string } {
  if (record.kind === 'events_api')
    return { contentType: 'application/json', rawBody: JSON.stringify(record.payload) };
  const isCommand = record.kind === 'slash_commands';
  const fields = isCommand
    ? Object.entries(record.payload).map(([name, value]): [string, string] => [name, String(value)])
    : [['payload', JSON.stringify(record.payload)] as [string, string]];
  return {
    contentType: 'application/x-www-form-urlencoded',
    rawBody: new URLSearchParams(fields).toString(),
  };
}
