import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { sendParts } from '../../../src/http/send-parts.ts';

const part = 'x'.repeat(64 * 1024);

describe('a text that is sent part by part', () => {
  let stop = (): void => {};

  afterEach(() => stop());

  /** @returns the answer, of which nothing is read yet, and what became of sending */
  async function ask(
    partsOf: (res: ServerResponse) => AsyncIterable<string>,
  ): Promise<{ answer: IncomingMessage; sent: Promise<void> }> {
    let sent: Promise<void> = Promise.resolve();
    const server = createServer((_req, res) => {
      sent = sendParts(res, partsOf(res), () => res.setHeader('Content-Disposition', 'attachment'));
      sent.catch(() => res.headersSent || res.writeHead(500).end('in words'));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    stop = () => {
      server.closeAllConnections();
      server.close();
    };
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return { answer, sent };
  }

  it('waits for a slow receiver without leaving anything behind at each wait', async () => {
    const listeners: number[] = [];
    const { answer, sent } = await ask(async function* (res) {
      for (let index = 0; index < 200; index += 1) {
        listeners.push(res.listenerCount('drain') + res.listenerCount('close'));
        yield part;
      }
    });
    let length = 0;
    for await (const chunk of answer) length += (chunk as Buffer).length;
    await sent;
    expect(length).toBe(200 * part.length);
    expect(Math.max(...listeners.slice(100))).toBeLessThanOrEqual(Math.max(...listeners.slice(0, 20)));
  });

  it('asks for no other part once the receiver is gone', async () => {
    let asked = 0;
    let isOver = false;
    const { answer, sent } = await ask(async function* () {
      try {
        for (;;) {
          asked += 1;
          yield part;
        }
      } finally {
        isOver = true;
      }
    });
    await once(answer, 'readable');
    answer.destroy();
    await sent;
    expect(isOver).toBe(true);
    const before = asked;
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(before);
  });

  it('can still be answered in words when its first part fails; later it is cut off', async () => {
    const first = await ask(async function* () {
      yield* [];
      throw new Error('no database');
    });
    await expect(first.sent).rejects.toThrow('no database');
    expect(first.answer.statusCode).toBe(500);
    // What is said is no file to download.
    expect(first.answer.headers).not.toHaveProperty('content-disposition');
    stop();
    const later = await ask(async function* () {
      yield part;
      throw new Error('no database');
    });
    expect(later.answer.headers).toHaveProperty('content-disposition', 'attachment');
    await expect(later.sent).rejects.toThrow('no database');
    await expect(later.answer.toArray()).rejects.toThrow();
  });
});
