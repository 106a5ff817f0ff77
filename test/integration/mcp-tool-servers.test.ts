import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ToolServer, ToolServers } from '../../src/domain/tool-server.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { failureOf } from '../support/failure-of.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  type HttpEverything,
  everythingOverStdio,
  startEverythingOverHttp,
} from '../support/mcp/everything-server.ts';
import { oddServer } from '../support/mcp/odd-server.ts';

const logger = createLogger('silent');
const opened: ToolServers[] = [];

function open(servers: ToolServer[], clock = systemClock): ToolServers {
  const tools = createToolServers({ servers, clock, logger });
  opened.push(tools);
  return tools;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((tools) => tools.close()));
});

function sum(a: unknown, b: unknown) {
  return { server: 'everything', tool: 'get-sum', arguments: { a, b } as Record<string, number> };
}

const longOperation = {
  server: 'everything',
  tool: 'trigger-long-running-operation',
  arguments: { duration: 30, steps: 30 },
};

describe.each(['stdio', 'http'] as const)('a tool server over %s', (transport) => {
  let http: HttpEverything;
  let server: ToolServer;

  beforeAll(async () => {
    if (transport === 'http') http = await startEverythingOverHttp();
    server = transport === 'http' ? http.server : everythingOverStdio();
  });

  afterAll(async () => {
    if (transport === 'http') await http.kill();
  });

  it('tells its tools, with their schemas and hints', async () => {
    const list = await open([server]).list('everything');

    expect(list.find(({ name }) => name === 'get-sum')?.inputSchema).toMatchObject({
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    });
    expect(list.find(({ name }) => name === 'trigger-long-running-operation')).toMatchObject({
      readOnly: true,
      destructive: false,
      idempotent: true,
    });
  });

  it('answers a call, with text and structured content', async () => {
    const tools = open([server]);

    const text = await tools.call(sum(2, 3));
    const weather = await tools.call({
      server: 'everything',
      tool: 'get-structured-content',
      arguments: { location: 'New York' },
    });

    expect(text).toMatchObject({ isError: false, text: 'The sum of 2 and 3 is 5.', structured: null });
    expect(weather.structured).toHaveProperty('temperature');
  });

  it('is not called with arguments that do not fit, and says which', async () => {
    const failure = await failureOf(open([server]).call(sum(2, 'three')));

    expect(failure).toMatchObject({
      code: 'tool-arguments',
      fields: [{ path: 'arguments/b', message: 'must be number' }],
    });
  });

  it('serves many calls at the same time over one connection', async () => {
    const tools = open([server]);

    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => tools.call(sum(index, 1))));

    expect(results.map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, index) => `The sum of ${index} and 1 is ${index + 1}.`),
    );
  });

  it('is given up when it does not answer in time, and still answers others', async () => {
    const tools = open([server]);

    const failure = await failureOf(tools.call({ ...longOperation, timeoutMs: 200 }));

    expect(failure).toMatchObject({ code: 'tool-timeout', retryable: true });
    expect((await tools.call(sum(1, 1))).text).toContain('2');
  });

  it('is left when the caller cancels', async () => {
    const tools = open([server]);
    await tools.list('everything');
    const controller = new AbortController();
    const call = failureOf(tools.call({ ...longOperation, signal: controller.signal }));
    setTimeout(() => controller.abort(), 200);

    expect((await call).code).toBe('tool-call-cancelled');
  });

  it('has no tool that it does not tell of', async () => {
    const tools = open([server]);

    expect((await failureOf(tools.call({ ...sum(1, 2), tool: 'rm' }))).code).toBe('tool-unknown');
    expect((await failureOf(tools.call({ ...sum(1, 2), server: 'other' }))).code).toBe('tool-server-unknown');
  });
});

describe('a tool server over http that dies', () => {
  it('ends the call under way, is told as unreachable while it is gone, and comes back', async () => {
    const http = await startEverythingOverHttp();
    const clock = new ManualClock();
    const tools = open([http.server], clock);
    await tools.list('everything');
    const underWay = failureOf(tools.call(longOperation));
    await new Promise((resolve) => setTimeout(resolve, 500));

    await http.kill();
    expect(await underWay).toMatchObject({ code: 'tool-interrupted', retryable: true });
    const gone = await failureOf(tools.call(sum(1, 2)));
    expect(gone).toMatchObject({ code: 'tool-server-unreachable', retryable: true });
    expect(gone.retryAfterMs).toBeGreaterThan(0);

    await http.start();
    expect((await failureOf(tools.call(sum(1, 2)))).code).toBe('tool-server-unreachable');
    clock.advance(60_000);
    expect((await tools.call(sum(1, 2))).text).toContain('3');
    await http.kill();
  });

  it('is called in a new session when it was restarted unnoticed', async () => {
    const http = await startEverythingOverHttp();
    const tools = open([http.server]);
    await tools.call(sum(1, 2));

    await http.kill();
    await http.start();

    expect((await tools.call(sum(2, 2))).text).toContain('4');
    await http.kill();
  });
});

describe('a tool server over http that repeats what it was sent', () => {
  it('has its headers, and what stands in its address, neither in the log nor in what people are told', async () => {
    const lines: string[] = [];
    const refusing = createServer((request, response) => {
      const said = JSON.stringify(request.headers);
      response.writeHead(401, { 'content-type': 'text/plain' });
      response.end(`no such key: ${said} ${request.url}`);
    }).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const { port } = refusing.address() as AddressInfo;
    const tools = createToolServers({
      servers: [
        {
          name: 'crm',
          transport: 'http',
          url: `http://127.0.0.1:${port}/mcp?access=in-the-address`,
          headers: { Authorization: 'Token the-token', 'X-Team-Key': 'the-team-key' },
        },
      ],
      clock: systemClock,
      logger: createLogger('trace', { write: (line) => lines.push(line) }),
    });
    opened.push(tools);

    const failure = await failureOf(tools.list('crm'));
    refusing.close();

    expect(lines.join()).toContain('no such key');
    for (const secret of ['the-token', 'the-team-key', 'in-the-address']) {
      expect(`${lines.join()} ${failure.message}`).not.toContain(secret);
    }
  });
});

describe('a tool server over stdio that misbehaves', () => {
  it('is started again after it died in a call', async () => {
    const tools = open([oddServer()]);

    const failure = await failureOf(tools.call({ server: 'odd', tool: 'die', arguments: {} }));

    expect(failure).toMatchObject({ code: 'tool-interrupted', retryable: true });
    const after = await tools.call({ server: 'odd', tool: 'lookup', arguments: { customer: 'Acme' } });
    expect(after.text).toBe('Acme is a good customer');
  });

  it('leaves it open whether a destructive call was done, so that nobody repeats it blindly', async () => {
    const failure = await failureOf(
      open([oddServer()]).call({ server: 'odd', tool: 'die_refunding', arguments: {} }),
    );

    expect(failure).toMatchObject({ code: 'tool-outcome-unknown', retryable: false });
  });

  it('may say that a tool failed, which is a result', async () => {
    const result = await open([oddServer()]).call({ server: 'odd', tool: 'fail', arguments: {} });

    expect(result).toMatchObject({ isError: true, text: 'it did not work' });
  });

  it.each([300_000, 6_000_000])('is not believed a result of %d bytes', async (bytes) => {
    const tools = open([oddServer()]);

    const failure = await failureOf(tools.call({ server: 'odd', tool: 'large', arguments: { bytes } }));

    expect(failure).toMatchObject({ code: 'tool-result-too-large', retryable: false });
    const after = await tools.call({ server: 'odd', tool: 'large', arguments: { bytes: 10 } });
    expect(after.sizeBytes).toBe(10);
  });

  it('has new tools at once when it says that its list has changed', async () => {
    const tools = open([oddServer()]);
    expect((await failureOf(tools.call({ server: 'odd', tool: 'grown', arguments: {} }))).code).toBe(
      'tool-unknown',
    );

    await tools.call({ server: 'odd', tool: 'grow', arguments: {} });

    expect((await tools.call({ server: 'odd', tool: 'grown', arguments: {} })).text).toBe('here I am');
  });

  it('gets the variables that it is allowed, and no secret of ours', async () => {
    process.env['OPENAI_API_KEY'] = 'sk-secret-of-baton';
    const tools = open([everythingOverStdio({ DOCS_TOKEN: 'allowed' })]);

    const { text } = await tools.call({ server: 'everything', tool: 'get-env', arguments: {} });
    delete process.env['OPENAI_API_KEY'];

    expect(text).toContain('"DOCS_TOKEN": "allowed"');
    expect(text).not.toContain('sk-secret-of-baton');
  });

  it('is left alone for a while when its program cannot be started', async () => {
    const clock = new ManualClock();
    const broken = { ...everythingOverStdio(), command: '/no/such/program' };
    const tools = open([broken], clock);

    const first = await failureOf(tools.list('everything'));
    clock.advance(400);
    const second = await failureOf(tools.list('everything'));
    clock.advance(101);
    const third = await failureOf(tools.list('everything'));

    expect([first, second, third].map(({ retryAfterMs }) => retryAfterMs)).toEqual([500, 100, 1_000]);
  });

  it('is waited for as long as its step may take, and no longer', async () => {
    const tools = open([oddServer()]);
    await tools.list('odd');
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let isOver = false;
      const call = { server: 'odd', tool: 'hang', arguments: {}, timeoutMs: 3_600_000 };
      const failure = failureOf(tools.call(call)).finally(() => {
        isOver = true;
      });
      await turn();
      await vi.advanceTimersByTimeAsync(3_500_000);
      await turn();
      expect(isOver).toBe(false);
      await vi.advanceTimersByTimeAsync(200_000);
      expect((await failure).code).toBe('tool-timeout');
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with its program when Baton closes', async () => {
    const tools = open([oddServer()]);
    const hanging = failureOf(tools.call({ server: 'odd', tool: 'hang', arguments: {} }));
    await tools.list('odd');

    await tools.close();

    expect((await hanging).retryable).toBe(true);
    expect((await failureOf(tools.list('odd'))).code).toBe('tool-server-unreachable');
  });
});
