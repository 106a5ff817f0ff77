import { WebSocket } from 'ws';
import { parseJson } from './api-call.ts';
import type { ShownViews } from './complete-payload.ts';
import { type JsonObject, toObject, toObjects, toText } from './json.ts';
import { SLACK_LIMITS } from './slack-limits.ts';
import { socketText } from './socket-text.ts';

/** Knows which views are shown in the local workspace; it has one stack of modals for everybody. */
export class UpstreamViews implements ShownViews {
  private readonly socket: WebSocket;
  private readonly homes = new Map<string, JsonObject>();
  private views: JsonObject[] = [];

  constructor(upstreamUrl: string) {
    this.socket = new WebSocket(`${upstreamUrl.replace(/^http/, 'ws')}/ui`);
    this.socket.on('error', () => this.socket.terminate());
    this.socket.on('message', (data) => {
      const message = toObject(parseJson(socketText(data)));
      if (message.t === 'view') this.views = toObjects(message.stack);
      if (message.t === 'home') this.homes.set(toText(message.user), toObject(message.view));
    });
  }

  /** The open modals, the one on top last. */
  stack(): JsonObject[] {
    return this.views;
  }

  home(userId: string): JsonObject | undefined {
    return this.homes.get(userId);
  }

  isFull(): boolean {
    return this.views.length >= SLACK_LIMITS.viewsInStack;
  }

  close(): void {
    this.socket.terminate();
  }
}
