import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { ExecutionStore, Settlement } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { minutesAfterStart } from '../builders.ts';
import { approval, effect, lease, record, settlement } from './records.ts';

/** What the relay has done, written by the holder of the lease. */
export function describeSettlements(create: () => Promise<ExecutionStore>): void {
  describe('a settlement', () => {
    let store: ExecutionStore;
    let before: ExecutionRecord;

    beforeEach(async () => {
      store = await create();
      before = record();
      await store.insert(before);
    });

    async function stored(id = before.state.id): Promise<ExecutionRecord> {
      const found = await store.load(id);
      if (found === null) throw new Error('the execution is gone');
      return found;
    }

    it('leaves in the outbox what is left to do, and touches nothing of the state', async () => {
      const dead = { effect: effect(1), error: 'refused', at: minutesAfterStart(2) };
      const left = [
        effect(2, { notBefore: minutesAfterStart(3), attempts: 1, lastError: 'busy', maybeSent: true }),
      ];
      const change = settlement(before, {
        events: before.delivery.outbox.events.slice(1),
        effects: left,
        newMessages: { card: { channelId: 'C0GEN', ts: '1.1' } },
        newDead: [dead],
      });
      expect(await store.settle(change)).toBe(true);
      expect(await stored()).toEqual({
        state: before.state,
        delivery: {
          messages: { card: { channelId: 'C0GEN', ts: '1.1' } },
          outbox: { events: before.delivery.outbox.events.slice(1), effects: left },
          dead: [dead],
          lease: change.lease,
          dueAt: change.dueAt,
          settleCount: 1,
          startKey: null,
        },
      });
    });

    it('adds to the messages and to what was given up', async () => {
      const dead = { effect: effect(1), error: 'refused', at: minutesAfterStart(2) };
      const card = { channelId: 'C0GEN', ts: '1.1' };
      const ask = { channelId: 'D0BO', ts: '1.2' };
      await store.settle(settlement(before, { newMessages: { card }, newDead: [dead] }));
      await store.settle(settlement(await stored(), { newMessages: { 'ask-0-0': ask }, newDead: [dead] }));
      expect((await stored()).delivery).toMatchObject({
        messages: { card, 'ask-0-0': ask },
        dead: [dead, dead],
      });
    });

    it('replaces a message of the same key', async () => {
      const card = { channelId: 'C0GEN', ts: '1.1' };
      await store.settle(settlement(before, { newMessages: { card } }));
      await store.settle(settlement(await stored(), { newMessages: { card: { ...card, ts: '2.2' } } }));
      expect((await stored()).delivery.messages).toEqual({ card: { ...card, ts: '2.2' } });
    });

    it.each<[string, Partial<Settlement>]>([
      ['the version is another', { v: 2 }],
      ['the holder is another', { holder: 'two' }],
      ['there is no such execution', { executionId: deriveId('unknown') }],
    ])('writes nothing and says so when %s', async (_why, wrong) => {
      expect(await store.settle(settlement(before, wrong))).toBe(false);
      expect(await stored()).toEqual(before);
    });

    it('of a holder whose lease was taken over changes nothing', async () => {
      await store.claimDue(minutesAfterStart(5), lease('two', 6));
      const unchanged = await stored();
      expect(await store.settle(settlement(before))).toBe(false);
      expect(await store.settleAll([settlement(before)])).toEqual([false]);
      expect(await stored()).toEqual(unchanged);
    });

    it('that was made before a commit changes nothing, whoever has committed', async () => {
      await store.commit(approval(before));
      const unchanged = await stored();
      expect(await store.settle(settlement(before))).toBe(false);
      expect(await stored()).toEqual(unchanged);
    });

    it('that comes twice changes nothing the second time', async () => {
      const change = settlement(before, {
        newDead: [{ effect: effect(1), error: 'no', at: minutesAfterStart(2) }],
      });
      expect(await store.settle(change)).toBe(true);
      const once = await stored();
      expect(await store.settle(change)).toBe(false);
      expect(await store.settleAll([change])).toEqual([false]);
      expect(await stored()).toEqual(once);
    });

    it('that comes late, after a newer one of the same lease and version, puts nothing back', async () => {
      const renewed = lease('one', 9);
      const kept = { lease: renewed, dueAt: renewed.until };
      const late = settlement(before, { ...kept, effects: [effect(2)] });
      expect(await store.settle(settlement(before, { ...kept, effects: [effect(2)] }))).toBe(true);
      expect(await store.settle(settlement(await stored(), { ...kept, effects: [] }))).toBe(true);
      const newest = await stored();
      expect(newest.delivery.settleCount).toBe(2);
      expect(await store.settle(late)).toBe(false);
      expect(await stored()).toEqual(newest);
    });

    it('is counted through commits and claims', async () => {
      await store.settle(settlement(before));
      await store.commit(approval(await stored(), lease('one', 3)));
      await store.claimDue(minutesAfterStart(5), lease('two', 6));
      const claimed = await stored();
      expect(claimed.delivery.settleCount).toBe(1);
      expect(await store.settle(settlement(claimed))).toBe(true);
      expect((await stored()).delivery.settleCount).toBe(2);
    });

    it('shares nothing with what is stored', async () => {
      const change = settlement(before, {
        effects: [effect(2)],
        newMessages: { card: { channelId: 'C', ts: '1' } },
      });
      await store.settle(change);
      const unchanged = await stored();
      change.effects.length = 0;
      change.lease.until.setTime(0);
      (change.newMessages['card'] ?? { ts: '' }).ts = 'changed';
      expect(await stored()).toEqual(unchanged);
    });

    it('of many is written for each of them', async () => {
      const others = ['a', 'b', 'c'].map((name) => record({ id: deriveId(name) }));
      for (const other of others) await store.insert(other);
      expect(await store.settleAll(others.map((other) => settlement(other)))).toEqual([true, true, true]);
      for (const other of others) {
        expect((await stored(other.state.id)).delivery.outbox).toEqual({ events: [], effects: [] });
      }
    });

    it('of many says which could not be written; the others are', async () => {
      const other = record({ id: deriveId('other') });
      await store.insert(other);
      const both = [settlement(before, { v: 7 }), settlement(other)];
      expect(await store.settleAll(both)).toEqual([false, true]);
      expect(await stored()).toEqual(before);
      expect((await stored(other.state.id)).delivery.outbox).toEqual({ events: [], effects: [] });
    });

    it('of none is written', async () => {
      expect(await store.settleAll([])).toEqual([]);
    });
  });
}
