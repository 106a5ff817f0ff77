import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ToolServer, ToolServers } from '../../src/domain/tool-server.ts';
import { createLogger } from '../../src/logger.ts';
import { createToolServers } from '../../src/mcp/create-tool-servers.ts';
import { describeServerError } from '../../src/mcp/describe-server-error.ts';

const results: Record<string, object> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'crm', version: '1.0.0' },
  },
  'tools/list': { tools: [{ name: 'find', inputSchema: { type: 'object' } }] },
};

/** Refuses each call with what it was sent. */
const refusing = createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => {
    body += part.toString();
  });
  request.on('end', () => {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const { id, method } = JSON.parse(body) as { id?: number; method: string };
    if (id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const answer = results[method];
    const what =
      answer === undefined ? { error: { code: -32_603, message: refusalOf(request) } } : { result: answer };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...what }));
  });
});

function refusalOf({ headers, url = '' }: IncomingMessage): string {
  return `not with this key: ${JSON.stringify(headers)} ${url} ${'because it is so '.repeat(20)}in the end`;
}

describe('a tool server over http that repeats what it was sent when it refuses a call', () => {
  let tools: ToolServers;

  beforeAll(async () => {
    refusing.listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const { port } = refusing.address() as AddressInfo;
    const server: ToolServer = {
      name: 'crm',
      transport: 'http',
      url: `http://127.0.0.1:${port}/mcp?access=in%2fthe%20address`,
      headers: { Authorization: 'Bearer the-token', 'X-Key': 'the-"team"-key' },
    };
    tools = createToolServers({ servers: [server], clock: systemClock, logger: createLogger('silent') });
  });

  afterAll(async () => {
    await tools.close();
    refusing.closeAllConnections();
    refusing.close();
  });

  it('is told whole, without its secrets', async () => {
    const { isError, text } = await tools.call({ server: 'crm', tool: 'find', arguments: {} });

    expect(isError).toBe(true);
    expect(text).toContain('not with this key');
    expect(text).toContain('in the end');
    for (const secret of ['the-token', 'team', 'address']) expect(text).not.toContain(secret);
  });
});

describe('what went wrong with a tool server', () => {
  const stdio: ToolServer = {
    name: 'docs',
    transport: 'stdio',
    command: 'docs',
    args: [],
    env: { KEY: 'one/two "three"\nfour' },
  };

  it.each([
    ['as it is', stdio.env['KEY']],
    ['in JSON', JSON.stringify({ key: stdio.env['KEY'] })],
    ['in an address', `/mcp?key=${encodeURIComponent('one/two "three"\nfour')}`],
    ['in a form', new URLSearchParams({ key: 'one/two "three"\nfour' }).toString()],
  ])('is described without a secret that it repeats %s', (_how, said) => {
    const described = describeServerError(stdio, new Error(`it said ${said}`));

    expect(described).toContain('[secret]');
    for (const part of ['two', 'three']) expect(described).not.toContain(part);
  });
});
