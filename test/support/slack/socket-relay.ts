import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { parseJson } from './api-call.ts';
import { refuseSubmission } from './complete-payload.ts';
import type { InboundObserver, InboundRecord } from './inbound-observer.ts';
import { type JsonObject, toObject, toText } from './json.ts';
import { socketText } from './socket-text.ts';

interface SocketPair {
  app: WebSocket;
  upstream: WebSocket;
}

/**
 * Stands between the app's Socket Mode connections and the workspace's. The workspace sends each envelope to every
 * connection; like Slack, the relay gives each to one of them, in turn.
 */
export class SocketRelay {
  private readonly observer: InboundObserver;
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly upstreamUrls = new Map<string, string>();
  private readonly pairs: SocketPair[] = [];
  private readonly seenEnvelopes = new Set<string>();
  /** Envelopes that wait for the app's answer. Repetitions have no place upstream. */
  private readonly pending = new Map<string, { record: InboundRecord; isRepetition: boolean }>();
  private turn = 0;
  private delayMs = 0;
  private duplicatesLeft = 0;

  constructor(observer: InboundObserver) {
    this.observer = observer;
  }

  /** Gives the address that the app gets in place of the workspace's. `host` is `name:port`. */
  rewriteUrl(upstreamUrl: string, host: string): string {
    const key = randomUUID();
    this.upstreamUrls.set(key, upstreamUrl);
    return `ws://${host}/socket/${key}`;
  }

  /** Delivers everything this much later from now on. */
  setDelayMs(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Delivers the next envelopes twice, as Slack does after a lost acknowledgement. */
  duplicateNext(times: number): void {
    this.duplicatesLeft += times;
  }

  /** Delivers a payload once more, in a new envelope with `retry_attempt`. */
  redeliver(record: InboundRecord, retryNum: number): void {
    const retry = { retry_attempt: retryNum, retry_reason: 'timeout' };
    const acceptsAnswer = record.kind !== 'events_api';
    const envelope = { type: record.kind, payload: record.payload, accepts_response_payload: acceptsAnswer };
    this.deliver({ ...envelope, envelope_id: randomUUID(), ...retry }, record, true);
  }

  /** Asks the app to connect anew, as Slack does every few hours, and closes the connections. */
  disconnectAll(): void {
    for (const { app } of this.pairs) {
      app.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }));
      app.close();
    }
  }

  /** Accepts one of the app's connections and opens its counterpart. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const key = /^\/socket\/([\w-]+)/.exec(request.url ?? '')?.[1] ?? '';
    const upstreamUrl = this.upstreamUrls.get(key);
    this.upstreamUrls.delete(key);
    if (upstreamUrl === undefined) return void socket.destroy();
    this.server.handleUpgrade(request, socket, head, (app) => this.connect(app, upstreamUrl));
  }

  /** Says goodbye to every connection; those that do not answer within half a second are cut. */
  async close(): Promise<void> {
    const sockets = this.pairs.flatMap(({ app, upstream }) => [app, upstream]);
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) socket.close();
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.terminate();
    }, 500);
    await Promise.all(closed);
    clearTimeout(cut);
    this.server.close();
  }

  private connect(app: WebSocket, upstreamUrl: string): void {
    const pair = { app, upstream: new WebSocket(upstreamUrl) };
    this.pairs.push(pair);
    const forget = (): void => {
      const index = this.pairs.indexOf(pair);
      if (index >= 0) this.pairs.splice(index, 1);
      app.close();
      pair.upstream.close();
    };
    for (const socket of [app, pair.upstream]) {
      socket.on('close', forget);
      socket.on('error', forget);
    }
    pair.upstream.on('ping', (data) => app.ping(data));
    pair.upstream.on('message', (data) => this.handleUpstream(pair, socketText(data)));
    app.on('message', (data) => this.handleAnswer(pair, socketText(data)));
  }

  private handleUpstream(pair: SocketPair, text: string): void {
    const envelope = toObject(parseJson(text));
    const envelopeId = toText(envelope.envelope_id);
    if (envelopeId === '') return pair.app.send(text);
    if (this.seenEnvelopes.has(envelopeId)) return;
    this.seenEnvelopes.add(envelopeId);
    setTimeout(() => this.deliverFirst(pair, envelope), this.delayMs);
  }

  private deliverFirst(pair: SocketPair, envelope: JsonObject): void {
    const refusal = refuseSubmission(toObject(envelope.payload));
    if (refusal !== undefined) {
      pair.upstream.send(JSON.stringify({ envelope_id: envelope.envelope_id, payload: refusal }));
      return;
    }
    const record = this.observer.observe(toText(envelope.type), toObject(envelope.payload));
    this.deliver({ ...envelope, payload: record.payload }, record, false);
    if (this.duplicatesLeft === 0) return;
    this.duplicatesLeft -= 1;
    this.redeliver(record, 1);
  }

  private deliver(envelope: JsonObject, record: InboundRecord, isRepetition: boolean): void {
    const open = this.pairs.filter(({ app }) => app.readyState === WebSocket.OPEN);
    const pair = open[this.turn % open.length];
    if (pair === undefined) return;
    this.turn += 1;
    this.pending.set(toText(envelope.envelope_id), { record, isRepetition });
    pair.app.send(JSON.stringify(envelope));
  }

  private handleAnswer(pair: SocketPair, text: string): void {
    const answer = toObject(parseJson(text));
    const envelopeId = toText(answer.envelope_id);
    const delivery = this.pending.get(envelopeId);
    this.pending.delete(envelopeId);
    if (delivery === undefined || !delivery.isRepetition) pair.upstream.send(text);
    if (delivery !== undefined) void this.observer.checkAnswer(delivery.record, answer.payload);
  }
}
