import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import { createModelClient } from '../../src/llm/create-model-client.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { systemTimers } from '../../src/timers.ts';
import { failureOf } from '../support/failure-of.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { type ScriptedProvider, startScriptedProvider, stream } from '../support/llm/scripted-provider.ts';

/** In the place of the five minutes of Node's own `fetch`. */
const impatience = { headersTimeout: 100, bodyTimeout: 100 };
/** Longer than that: its timers are coarse. */
const longerMs = 2_500;
const ordinary = getGlobalDispatcher();

beforeEach(() => {
  setGlobalDispatcher(new Agent(impatience));
});

afterEach(() => {
  setGlobalDispatcher(ordinary);
});

describe('a model that says nothing for longer than Node waits', () => {
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider();
  });

  afterAll(async () => {
    await provider.stop();
  });

  it('is heard', async () => {
    provider.answer((response, request) => {
      setTimeout(() => stream([{ content: 'at last' }])(response, request), longerMs);
    });
    const providers = [aProvider({ baseUrl: provider.baseUrl })];
    const client = createModelClient({ providers, clock: systemClock, timers: systemTimers });

    const turn = await client.complete({
      provider: 'default',
      model: 'm',
      messages: [{ role: 'user', content: 'hello' }],
    });

    expect(turn).toMatchObject({ kind: 'text', text: 'at last' });
  });
});

describe('a tool server over HTTP', () => {
  const results: Record<string, object> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'slow', version: '1.0.0' },
    },
    'tools/list': { tools: [{ name: 'dig', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: 'found it' }] },
  };
  const running: { tools: ToolServers; server: Server }[] = [];

  afterEach(async () => {
    for (const { tools, server } of running.splice(0)) {
      await tools.close();
      server.closeAllConnections();
      server.close();
    }
  });

  /** `delayMs` of the answer to each method; Infinity: none comes. */
  async function startServer(delayMs: Record<string, number>, isStream: boolean): Promise<ToolServers> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => {
        body += part.toString();
      });
      request.on('end', () => {
        const { id, method } = JSON.parse(body || '{}') as { id?: number; method?: string };
        const result = results[method ?? ''];
        const slowMs = delayMs[method ?? ''] ?? 0;
        if (slowMs === Infinity) server.emit('silent');
        else if (method === undefined) response.writeHead(405).end();
        else if (result === undefined) response.writeHead(202).end();
        else sendSlowly(response, JSON.stringify({ jsonrpc: '2.0', id, result }), { slowMs, isStream });
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tools = createToolServers({
      servers: [{ name: 'slow', transport: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} }],
      clock: systemClock,
      logger: createLogger('silent'),
    });
    running.push({ tools, server });
    return tools;
  }

  function sendSlowly(
    response: ServerResponse,
    message: string,
    how: { slowMs: number; isStream: boolean },
  ): void {
    if (how.isStream) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const send = (): void => {
      if (how.isStream) response.end(`data: ${message}\n\n`);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(message);
    };
    if (how.slowMs === 0) send();
    else setTimeout(send, how.slowMs);
  }

  it.each([
    ['in one piece', false],
    ['as a stream', true],
  ])('is heard when its tool takes longer than Node waits, and answers %s', async (_how, isStream) => {
    const tools = await startServer({ 'tools/call': longerMs }, isStream);

    const result = await tools.call({ server: 'slow', tool: 'dig', arguments: {}, timeoutMs: 10_000 });

    expect(result).toMatchObject({ isError: false, text: 'found it' });
  });

  it('is not waited for that long when it never finishes connecting', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const tools = await startServer({ 'notifications/initialized': Infinity }, false);
      const silent = running.map(({ server }) => once(server, 'silent'));

      const failure = failureOf(tools.list('slow'));
      await Promise.all(silent);
      await vi.advanceTimersByTimeAsync(31_000);

      expect((await failure).code).toBe('tool-server-unreachable');
    } finally {
      vi.useRealTimers();
    }
  });
});
