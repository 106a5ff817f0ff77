import { get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { type EventDocument, eventKey } from '../../models/event.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { testOrgId } from '../support/builders.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { retainedHeapBytes } from '../support/faults-db/retained-heap.ts';
import { adminKey, createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const rows = shortOrLong(20_000, 1_000_000);
const rowsAtOnce = 5_000;
const eventsOfTask = 20;
const setUpMs = shortOrLong(60_000, 1_200_000);
const testMs = shortOrLong(60_000, 1_800_000);
const mebibyte = 1_024 * 1_024;
/** The receiver rests after each of these, so that what it does not take has to wait somewhere. */
const restEveryBytes = mebibyte;
const restMs = 3;
const lookEveryRows = rows / 10;
/** A million rows are half a gigabyte; what is under way is a batch of them and the buffers of a connection. */
const heapGrowthBytes = 24 * mebibyte;
const rssGrowthBytes = 192 * mebibyte;

interface Received {
  rows: number;
  /** Of the numbers of all rows. */
  sum: number;
  bytes: number;
  heapGrowth: number;
  rssGrowth: number;
}

describe.skipIf(isMongoMissing())(
  `the export of ${rows.toLocaleString('en')} entries to a slow receiver`,
  () => {
    let testDatabase: TestDatabase;
    let api: HttpFixture;

    beforeAll(async () => {
      testDatabase = await createTestDatabase();
      api = await createHttpFixture(testDatabase.uri);
      const events = nativeCollection<EventDocument>(api.database, 'events');
      for (let from = 0; from < rows; from += rowsAtOnce) {
        const documents = Array.from({ length: rowsAtOnce }, (_, index) => storedEvent(from + index));
        await events.insertMany(documents, { ordered: false });
      }
    }, setUpMs);
    afterAll(async () => {
      await api.close();
      await testDatabase.drop();
    });

    it.each([
      ['jsonl', /"number":(\d+)/g],
      ['csv', /""number"":(\d+)/g],
    ] as const)(
      'has every entry once, and takes no more memory the longer it goes on: %s',
      async (format, pattern) => {
        const received = await receive(format, pattern);
        console.info(
          `${format}: ${received.rows} rows, ${Math.round(received.bytes / mebibyte)} MiB; ` +
            `heap +${(received.heapGrowth / mebibyte).toFixed(1)} MiB, resident +${(received.rssGrowth / mebibyte).toFixed(1)} MiB at most`,
        );
        expect(received).toMatchObject({ rows, sum: (rows * (rows - 1)) / 2 });
        expect(received.heapGrowth).toBeLessThan(heapGrowthBytes);
        expect(received.rssGrowth).toBeLessThan(rssGrowthBytes);
      },
      testMs,
    );

    async function receive(format: string, pattern: RegExp): Promise<Received> {
      const response = await open(`${api.url}/api/orgs/${testOrgId}/events?format=${format}`);
      expect(response.statusCode).toBe(200);
      const received: Received = { rows: 0, sum: 0, bytes: 0, heapGrowth: 0, rssGrowth: 0 };
      // Once it is under way, so that what every answer costs is not counted.
      let before: { heap: number; rss: number } | null = null;
      let [rest, nextRest, nextLook] = ['', restEveryBytes, lookEveryRows / 10];
      response.setEncoding('utf8');
      for await (const chunk of response as AsyncIterable<string>) {
        const text = rest + chunk;
        const end = text.lastIndexOf('\n') + 1;
        rest = text.slice(end);
        received.bytes += Buffer.byteLength(chunk);
        for (const [, digits] of text.slice(0, end).matchAll(pattern)) {
          received.rows += 1;
          received.sum += Number(digits);
        }
        if (received.bytes >= nextRest) {
          nextRest += restEveryBytes;
          await setTimeout(restMs);
        }
        if (received.rows >= nextLook) {
          nextLook += lookEveryRows;
          const [heap, { rss }] = [retainedHeapBytes(), process.memoryUsage()];
          before ??= { heap, rss };
          received.heapGrowth = Math.max(received.heapGrowth, heap - before.heap);
          received.rssGrowth = Math.max(received.rssGrowth, rss - before.rss);
        }
      }
      return received;
    }
  },
);

function open(url: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${adminKey}` };
  return new Promise((resolve, reject) => {
    get(url, { headers }, resolve).once('error', reject);
  });
}

function storedEvent(number: number): EventDocument {
  const executionId = deriveId('exported', Math.floor(number / eventsOfTask));
  const seq = (number % eventsOfTask) + 1;
  return {
    _id: eventKey(executionId, seq),
    eventId: deriveId('event', number),
    orgId: testOrgId,
    workflowId: deriveId('workflow', 1),
    executionId,
    seq,
    type: 'WORKFLOW_STEP_EXECUTION_COMPLETED',
    stepId: deriveId('step', 1),
    stepName: 'approve',
    actor: { kind: 'person', userId: 'U0ANA', name: 'Ana, "the boss"' },
    data: { number, comment: 'Fine.\nPay it.' },
    prevHash: '0'.repeat(64),
    hash: 'f'.repeat(64),
    createdAt: new Date(Date.parse('2026-01-01T00:00:00Z') + Math.floor(number / 10)),
  };
}
