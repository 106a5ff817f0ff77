import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  headers: Record<string, string>;
  body: string;
  json: ReceivedEvent;
}

/** What the body says; a challenge has only `type` and `challenge`. */
export interface ReceivedEvent {
  id: string;
  type: string;
  createdAt: string;
  orgId: string;
  workflowId: string;
  executionId: string | null;
  stepId: string | null;
  stepName: string | null;
  data: Record<string, unknown>;
  challenge?: string;
}

/** How a receiver answers; `never`: not at all. */
export type ReceiverAnswer = { status: number; headers?: Record<string, string>; body?: string } | 'never';

/** Somebody's program on a port of its own. It takes every event, and proves whose it is when it is asked. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** How it answers events; by default it takes them. */
  answer: (webhook: ReceivedWebhook) => ReceiverAnswer | Promise<ReceiverAnswer> = () => ({ status: 204 });
  /** How it answers challenges; by default rightly. */
  prove: (challenge: string) => ReceiverAnswer = (challenge) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ challenge }),
  });
  readonly #server: Server;
  #observers: (() => void)[] = [];

  constructor() {
    this.#server = createServer((req, res) => {
      void this.#take(req).then((answer) => {
        if (answer === 'never') return;
        res.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '');
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => {
      receiver.#server.listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/events`;
  }

  types(): string[] {
    return this.received.map(({ json }) => json.type);
  }

  /** Resolves when so many events have come in all. */
  async whenReceived(count: number): Promise<void> {
    while (this.received.length < count)
      await new Promise<void>((resolve) => void this.#observers.push(resolve));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #take(req: IncomingMessage): Promise<ReceiverAnswer> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const json = JSON.parse(body) as ReceivedEvent;
    if (json.type === 'WEBHOOK_VERIFICATION') return this.prove(json.challenge ?? '');
    const webhook = { headers: req.headers as Record<string, string>, body, json };
    this.received.push(webhook);
    const answer = await this.answer(webhook);
    for (const resolve of this.#observers.splice(0)) resolve();
    return answer;
  }
}
