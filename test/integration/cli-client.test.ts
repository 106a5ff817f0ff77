import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../../src/cli/api-client.ts';

describe('the client of the programs for the terminal', { timeout: 30_000 }, () => {
  let stop = (): void => {};
  let told: string[] = [];

  afterEach(() => stop());

  async function clientOf(listener: RequestListener, stallMs?: number): Promise<ApiClient> {
    told = [];
    const server = createServer(listener);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    stop = () => {
      server.closeAllConnections();
      server.close();
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tell = (line: string): void => void told.push(line);
    return createApiClient({ url, key: 'k', tell, ...(stallMs === undefined ? {} : { stallMs }) });
  }

  async function read(api: ApiClient): Promise<string> {
    let text = '';
    await api.download('/result', async (body) => {
      text = '';
      for await (const part of body) text += Buffer.from(part).toString();
    });
    return text;
  }

  it('begins a download anew when it broke off, or when nothing comes any more', async () => {
    let asked = 0;
    const api = await clientOf((_req, res) => {
      asked += 1;
      res.writeHead(200);
      if (asked === 3) return void res.end('all of it');
      res.write('a part');
      if (asked === 1) setImmediate(() => res.destroy());
    }, 300);
    expect(await read(api)).toBe('all of it');
    expect(asked).toBe(3);
  });

  it('waits as long as a conflict says when it names a time, and takes it for an answer when it does not', async () => {
    let asked = 0;
    const api = await clientOf((req, res) => {
      asked += 1;
      req.resume();
      if (asked > 1) return void res.writeHead(201).end('{"id":"b"}');
      res.writeHead(409, { 'retry-after': '1' }).end('{"detail":"It is being checked."}');
    });
    expect(await api.ask('POST', '/batches', { json: {} })).toEqual({ id: 'b' });
    expect(asked).toBe(2);
    expect(told).toEqual(['Not yet: It is being checked. Trying again …']);
    stop();
    const other = await clientOf((_req, res) => void res.writeHead(409).end('{"detail":"It is paused."}'));
    await expect(other.ask('POST', '/executions', { json: {} })).rejects.toMatchObject({
      message: 'It is paused.',
      exitCode: 2,
    });
  });
});
