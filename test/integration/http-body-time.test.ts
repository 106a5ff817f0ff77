import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userMessage } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

/** Soon over. */
const shortMs = 400;
/** Enough for a request to be let in on a busy machine, which is when its body's time is lifted. */
const enoughMs = 3_000;

describe.skipIf(isMongoMissing())('a request whose body comes slowly', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  describe('in a short time', () => {
    let fixture: HttpFixture;

    beforeAll(async () => {
      fixture = await createHttpFixture(database.uri, { bodyTimeoutMs: shortMs });
    });
    afterAll(() => fixture.close());

    it.each([
      ['the API', '/api/workflows', 'application/json'],
      ['an intake', `/v1/intake/${'a'.repeat(24)}`, 'application/json'],
      ['the board', '/board/sign-in/link', 'application/x-www-form-urlencoded'],
    ])('is given up, and told so: %s', async (_where, path, type) => {
      const answer = await send(`${fixture.url}${path}`, type, ['{"name', '": "Never sent" }'], null);
      expect(answer).toMatchObject({ status: 408, isClosed: true });
      expect(JSON.parse(answer.text)).toMatchObject({ type: 'urn:baton:problem:body-too-slow' });
      expect(fixture.errorLog).toEqual([]);
    });
  });

  it('is waited for where a table is sent', async () => {
    const fixture = await createHttpFixture(database.uri, { bodyTimeoutMs: enoughMs });
    const { id } = await fixture.createWorkflow([userMessage('tell')]);
    const rows = ['customer\nAcme\n', 'Globex\n'] as const;
    const url = `${fixture.url}/api/workflows/${id}/batches?name=Slow`;
    const answer = await send(url, 'text/csv', rows, enoughMs + 500);
    await fixture.close();
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.text)).toMatchObject({ rows: 2 });
  });
});

/** Sends the first part of a body at once, and the rest after this time; null: never. */
async function send(
  url: string,
  type: string,
  [first, rest]: readonly [string, string],
  afterMs: number | null,
): Promise<{ status: number; text: string; isClosed: boolean }> {
  const headers = {
    authorization: `Bearer ${adminKey}`,
    'content-type': type,
    'content-length': Buffer.byteLength(first + rest),
  };
  const sending = request(url, { method: 'POST', headers });
  // What is cut off while it is sent is answered nevertheless.
  sending.on('error', () => undefined);
  const answered = new Promise<{ status: number; text: string; isClosed: boolean }>((resolve) => {
    sending.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('close', () => {
        const { statusCode: status = 0 } = response;
        resolve({ status, text, isClosed: response.headers.connection === 'close' });
      });
    });
  });
  sending.write(first);
  if (afterMs !== null) {
    await setTimeout(afterMs);
    sending.end(rest);
  }
  return answered;
}
