import { createHmac } from 'node:crypto';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { ExpressReceiver, LogLevel } from '@slack/bolt';
import type { RequestHandler, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { FatalError } from '../../../src/errors.ts';
import type { HttpDeps } from '../../../src/http/http-deps.ts';
import { createHttpApp, listen } from '../../../src/http/server.ts';
import { request } from '../../support/http-fixture.ts';
import { slackRouter, stubDeps } from './app-stub.ts';

async function serve(
  changes: Partial<HttpDeps>,
  use: (url: string, close: (timeoutMs: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const server = await listen(createHttpApp(stubDeps(changes).deps), { host: '127.0.0.1', port: 0 });
  try {
    await use(`http://127.0.0.1:${server.port}`, (timeoutMs) => server.close(timeoutMs));
  } finally {
    await server.close(0);
  }
}

function fetchOver(agent: Agent, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response));
    }).once('error', reject);
  });
}

describe('health', () => {
  it('is up whatever else is not', async () => {
    const down = { ready: false, detail: 'no answer' };
    const readiness = async () => ({ database: down, slack: down, jobs: down });
    await serve({ readiness }, async (url) => {
      expect(await request(`${url}/healthz`, 'GET')).toMatchObject({ status: 200, body: { status: 'ok' } });
    });
  });

  it('is ready when every part is, and says which part is not', async () => {
    const up = { ready: true, detail: null };
    let slack = up as { ready: boolean; detail: string | null };
    const readiness = async () => ({ database: up, slack, jobs: up });
    await serve({ readiness }, async (url) => {
      expect(await request(`${url}/readyz`, 'GET')).toMatchObject({
        status: 200,
        body: { status: 'ready' },
      });
      slack = { ready: false, detail: 'not connected' };
      expect(await request(`${url}/readyz`, 'GET')).toMatchObject({
        status: 503,
        body: { status: 'not-ready', parts: { database: up, slack, jobs: up } },
      });
    });
  });
});

describe("Slack's requests", () => {
  it('reach the receiver with the raw body that their signature is over', async () => {
    const receiver = new ExpressReceiver({ signingSecret: 'shh', logLevel: LogLevel.ERROR });
    await serve({ slackRouter: receiver.router }, async (url) => {
      const body = JSON.stringify({ type: 'url_verification', challenge: 'c1' });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const sign = (secret: string): string =>
        `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
      const send = (signature: string): ReturnType<typeof request> =>
        request(`${url}/slack/events`, 'POST', {
          body,
          headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
        });
      expect(await send(sign('shh'))).toMatchObject({ status: 200, body: { challenge: 'c1' } });
      expect((await send(sign('other'))).status).toBe(401);
    });
  });

  it('have no address when Slack is reached another way', async () => {
    await serve({}, async (url) => {
      expect((await request(`${url}/slack/events`, 'POST', { body: {} })).status).toBe(404);
    });
  });
});

describe('listening', () => {
  it('says what to do when the port is taken', async () => {
    await serve({}, async (url) => {
      const port = Number(new URL(url).port);
      const again = listen(createHttpApp(stubDeps().deps), { host: '127.0.0.1', port });
      await expect(again).rejects.toThrow(FatalError);
      await expect(again).rejects.toThrow(/is in use by another program.*PORT/);
    });
  });

  it('answers on close what was under way, ends idle connections and takes no new ones', async () => {
    const held = holdRequests();
    const agent = new Agent({ keepAlive: true });
    await serve({ slackRouter: slackRouter(held.handler) }, async (url, close) => {
      await fetchOver(agent, `${url}/healthz`);
      const underWay = fetchOver(agent, `${url}/slack/events`);
      const idle = fetchOver(agent, `${url}/healthz`);
      const response = await held.arrived;
      await idle;
      const closing = close(25_000);
      await expect(request(`${url}/healthz`, 'GET')).rejects.toThrow();
      response.json({ ok: true });
      expect((await underWay).statusCode).toBe(200);
      await closing;
    });
    agent.destroy();
  });

  it('cuts off on close what is not answered in time', async () => {
    const held = holdRequests();
    await serve({ slackRouter: slackRouter(held.handler) }, async (url, close) => {
      const underWay = request(`${url}/slack/events`, 'GET');
      const cutOff = expect(underWay).rejects.toThrow();
      await held.arrived;
      await close(10);
      await cutOff;
    });
  });
});

/** A handler that leaves the first request unanswered and hands it over. */
function holdRequests(): { handler: RequestHandler; arrived: Promise<Response> } {
  let arrive: (response: Response) => void = () => {};
  const arrived = new Promise<Response>((resolve) => {
    arrive = resolve;
  });
  return { handler: (_req, res) => arrive(res), arrived };
}
