import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import type { ExecutionDocument } from '../../models/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { startTime, testOrgId, wait } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { shortOrLong } from '../support/faults-db/fault-form.ts';
import { createStoredDefinition } from '../support/faults-db/stored-definition.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const total = shortOrLong(5_000, 100_000);
/** What several processes work off together. */
const shared = shortOrLong(1_200, 20_000);
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

interface Claims {
  won: { id: string; orgId: string }[];
  lost: number;
}

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

    it('is shared by several processes, which seldom race for the same ones', async () => {
      const definition = await createStoredDefinition(bot, [wait('pause', { for: '1h' })], testOrgId);
      const startedAt = (index: number): Date => new Date(startTime.getTime() + index);
      await insertStoredExecutions(bot.database, { definition, count: shared, series: 'shared', startedAt });
      clock.set(new Date(startTime.getTime() + 30 * 86_400_000));
      const options = { clock, monitorCommands: true };
      const others = await Promise.all([1, 2].map(() => createEngineFixture(testDatabase.uri, options)));
      const processes = [bot, ...others];
      const claims = processes.map(recordClaims);
      await Promise.all(
        processes.map(async ({ engine }) => {
          while ((await engine.sweep({ maxMs: 600_000 })) > 0);
          await engine.idle();
        }),
      );
      expect(new Set(claims.flatMap(({ won }) => won.map(({ id }) => id))).size).toBe(shared);
      expect(claims.reduce((sum, { won }) => sum + won.length, 0)).toBe(shared);
      expect(claims.reduce((sum, { lost }) => sum + lost, 0)).toBeLessThan(shared / 2);
      for (const other of others) await other.close();
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
      const { won: claimed } = recordClaims(bot);

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

    /** Those that the process got, in the order in which the database gave them out, and how many somebody else had. */
    function recordClaims({ database }: EngineFixture): Claims {
      const recorded: Claims = { won: [], lost: 0 };
      const claims = new Map<number, Record<string, unknown>>();
      const client = database.getClient();
      client.on('commandStarted', ({ requestId, commandName, command }) => {
        if (commandName === 'findAndModify' && 'dueAt' in command['query'])
          claims.set(requestId, command['query']);
      });
      client.on('commandSucceeded', ({ requestId, reply }) => {
        const query = claims.get(requestId);
        if (query === undefined) return;
        claims.delete(requestId);
        const { value } = reply as { value: { _id: string; orgId: string } | null };
        if (value !== null) recorded.won.push({ id: value._id, orgId: value.orgId });
        else if ('_id' in query) recorded.lost += 1;
      });
      return recorded;
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
