import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { startTime, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { createStoredDefinition } from '../support/faults-db/stored-definition.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const total = shortOrLong(5_000, 100_000);
/** Three orgs, whose backlogs are as different as they can be. */
const orgs = [
  { name: 'large', count: Math.floor(total * 0.8) },
  { name: 'middle', count: Math.floor(total * 0.18) },
  { name: 'small', count: Math.floor(total * 0.02) },
];
/** So many are taken oldest first at each sweep, before the orgs take turns. */
const oldestFirst = 32;
/** Claims that go on at the same time may come in another order. */
const atOnce = 16;

describe.skipIf(isMongoMissing())(
  `a restart with ${total} due timers`,
  () => {
    const clock = new ManualClock();
    let testDatabase: TestDatabase;
    let bot: EngineFixture;

    beforeEach(async () => {
      testDatabase = await createTestDatabase();
      bot = await createEngineFixture(testDatabase.uri, { clock, monitorCommands: true });
    });
    afterEach(async () => {
      await bot.close();
      await testDatabase.drop();
    });

    it('fires each once, and no org waits for the backlog of another', async () => {
      for (const [place, { name, count }] of orgs.entries()) {
        const definition = await createStoredDefinition(
          bot,
          [wait('pause', { for: '1h' })],
          deriveId('org', name),
        );
        await insertStoredExecutions(bot.database, {
          definition,
          count,
          series: name,
          // The larger an org's backlog, the older it is: the worst case for the others.
          startedAt: (index) => new Date(startTime.getTime() + place * 3_600_000 + index),
        });
      }
      clock.set(new Date(startTime.getTime() + 30 * 86_400_000));
      const claimed = recordClaims();

      const inFirstSecond = await bot.engine.sweep({ maxMs: 1_000 });
      expect(inFirstSecond).toBeGreaterThan(0);
      const firstSweep = [...claimed];
      while ((await bot.engine.sweep({ maxMs: 600_000 })) > 0);
      await bot.engine.idle();

      const executions = nativeCollection<ExecutionDocument>(bot.database, 'executions');
      const asExpected = {
        status: 'COMPLETED',
        v: 2,
        dueAt: null,
        'outbox.events': [],
        'outbox.effects': [],
      };
      expect(await executions.countDocuments(asExpected as never)).toBe(total);
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(total);
      expect(claimed).toHaveLength(total);
      expect(unfairPlaces(claimed, [0, firstSweep.length])).toEqual([]);
    });

    /** In the order in which the database gave them out. */
    function recordClaims(): { id: string; orgId: string }[] {
      const claimed: { id: string; orgId: string }[] = [];
      const claims = new Set<number>();
      const client = bot.database.getClient();
      client.on('commandStarted', ({ requestId, commandName, command }) => {
        if (commandName === 'findAndModify' && 'dueAt' in command['query']) claims.add(requestId);
      });
      client.on('commandSucceeded', ({ requestId, reply }) => {
        if (!claims.delete(requestId)) return;
        const { value } = reply as { value: { _id: string; orgId: string } | null };
        if (value !== null) claimed.push({ id: value._id, orgId: value.orgId });
      });
      return claimed;
    }
  },
  shortOrLong(90_000, 900_000),
);

/**
 * While several orgs have a backlog, each gets its turn in every round: between two turns of one org there are no more claims
 * than there are other orgs, but for those that each sweep takes oldest first.
 */
function unfairPlaces(claimed: readonly { orgId: string }[], sweepsBegin: readonly number[]): string[] {
  const unfair: string[] = [];
  for (const { name, count } of orgs) {
    const orgId = deriveId('org', name);
    const places = claimed.flatMap((claim, place) => (claim.orgId === orgId ? [place] : []));
    if (places.length !== count) unfair.push(`${name} got ${places.length} turns of ${count}`);
    let last = 0;
    for (const place of places) {
      const begins = sweepsBegin.filter((begin) => begin >= last && begin <= place).length;
      const allowed = orgs.length + atOnce + begins * oldestFirst;
      if (place - last > allowed) unfair.push(`${name} waited from ${last} to ${place}`);
      last = place;
    }
  }
  return unfair;
}
