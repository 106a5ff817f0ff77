import { WebSocket } from 'ws';
import { parseJson } from './api-call.ts';
import { type JsonObject, toObject, toObjects } from './json.ts';
import { SLACK_LIMITS } from './slack-limits.ts';

/** Knows which modals are open in the local workspace; it has one stack for everybody. */
export class UpstreamViews {
  private readonly socket: WebSocket;
  private views: JsonObject[] = [];

  constructor(upstreamUrl: string) {
    this.socket = new WebSocket(`${upstreamUrl.replace(/^http/, 'ws')}/ui`);
    this.socket.on('error', () => this.socket.terminate());
    this.socket.on('message', (data) => {
      const message = toObject(parseJson(data.toString()));
      if (message.t === 'view') this.views = toObjects(message.stack);
    });
  }

  /** The open modals, the one on top last. */
  stack(): JsonObject[] {
    return this.views;
  }

  isFull(): boolean {
    return this.views.length >= SLACK_LIMITS.viewsInStack;
  }

  close(): void {
    this.socket.terminate();
  }
}
