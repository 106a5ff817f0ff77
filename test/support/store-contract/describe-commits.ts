import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { Commit, ExecutionStore } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { minutesAfterStart } from '../builders.ts';
import { approval, approved, effect, lease, record, settlement } from './records.ts';

/** A transition, written by whoever decided it. */
export function describeCommits(create: () => Promise<ExecutionStore>): void {
  describe('a commit', () => {
    let store: ExecutionStore;
    let before: ExecutionRecord;

    beforeEach(async () => {
      store = await create();
      before = record();
      await store.insert(before);
    });

    async function stored(): Promise<ExecutionRecord> {
      const found = await store.load(before.state.id);
      if (found === null) throw new Error('the execution is gone');
      return found;
    }

    it('writes state, events, effects, lease and due time at once', async () => {
      const { execution, events, effects } = approved(before);
      const renewed = lease('one', 3);
      await store.commit(approval(before, renewed));
      const after = await stored();
      expect(after.state).toEqual(execution);
      expect(after.delivery).toEqual({
        ...before.delivery,
        outbox: {
          events: [...before.delivery.outbox.events, ...events],
          effects: [...before.delivery.outbox.effects, ...effects],
        },
        lease: renewed,
        dueAt: renewed.until,
      });
    });

    it.each([
      ['the holder itself', lease('one', 3)],
      ['another process', lease('two', 3)],
    ])('gives %s what is stored then', async (_who, next) => {
      expect(await store.commit(approval(before, next))).toEqual(await stored());
    });

    it('leaves the lease to another process that holds it, and gives what is stored then', async () => {
      const after = await store.commit(approval(before));
      expect(after).toEqual(await stored());
      expect(after?.delivery.lease).toEqual(before.delivery.lease);
    });

    it('stores the entries of the stack that changed and those that are new', async () => {
      await store.commit(approval(before, lease('one', 3)));
      const second = await stored();
      const { execution } = approved(second);
      await store.commit(approval(second, lease('one', 4)));
      expect(execution.stack).toHaveLength(2);
      expect((await stored()).state).toEqual(execution);
    });

    it('stores fields that become null, empty or shorter', async () => {
      const state = { ...before.state, v: 2, pointer: null, waitingFor: [], timerAt: null, signals: [] };
      await store.commit({
        ...approval(before, lease('one', 3)),
        state,
        events: [],
        effects: [],
        dueAt: null,
      });
      const after = await stored();
      expect(after.state).toEqual(state);
      expect(after.delivery.dueAt).toBeNull();
      expect(after.delivery.outbox).toEqual(before.delivery.outbox);
    });

    it('lets one of several win that are made from the same version', async () => {
      const rivals = Array.from({ length: 8 }, () => approval(before, lease('one', 3)));
      const results = await Promise.all(rivals.map((rival) => store.commit(rival)));
      expect(results.filter((result) => result !== null)).toHaveLength(1);
      const after = await stored();
      expect(after.state.v).toBe(2);
      expect(after.delivery.outbox.events.map(({ seq }) => seq)).toEqual(
        Array.from({ length: after.state.lastEventSeq }, (_, index) => index + 1),
      );
    });

    it('of many at once has its own answer, whatever becomes of the others', async () => {
      const others = Array.from({ length: 24 }, (_, index) => record({ id: deriveId('many', index) }));
      await Promise.all(others.map((other) => store.insert(other)));
      const results = await Promise.all(
        others.map((other, index) => {
          const commit = approval(other, lease('one', 3));
          if (index % 3 !== 0) return store.commit(commit);
          return store.commit({ ...commit, before: { ...other, state: { ...other.state, v: 9 } } });
        }),
      );
      for (const [index, other] of others.entries()) {
        const after = await store.load(other.state.id);
        expect(after?.state.v).toBe(index % 3 === 0 ? 1 : 2);
        expect(results[index]).toEqual(index % 3 === 0 ? null : after);
      }
    });

    async function expectNothingChanges(commit: Commit): Promise<void> {
      const unchanged = await stored();
      expect(await store.commit(commit)).toBeNull();
      expect(await stored()).toEqual(unchanged);
    }

    it('changes nothing when the version has passed', async () => {
      await store.commit(approval(before, lease('one', 3)));
      await expectNothingChanges(approval(before, lease('one', 4)));
    });

    it('changes nothing when somebody else has taken the lease meanwhile, even on the same version', async () => {
      await store.claimDue(minutesAfterStart(5), lease('two', 6));
      await expectNothingChanges(approval(before, lease('one', 7)));
      await expectNothingChanges(approval(before, lease('three', 7)));
      await expectNothingChanges(approval(before));
    });

    it('changes nothing when it relies on a holder who has given the lease back or renewed it', async () => {
      await store.settle(settlement(before));
      await expectNothingChanges(approval(before));
    });

    it('changes nothing for an execution that is not there', async () => {
      const other = record({ id: 'f'.repeat(24) });
      expect(await store.commit(approval(other, lease('one', 3)))).toBeNull();
      expect(await store.load(other.state.id)).toBeNull();
    });

    it('is possible for the holder after it has renewed its lease by settling', async () => {
      const renewed = lease('one', 9);
      await store.settle(settlement(before, { lease: renewed, dueAt: renewed.until, effects: [effect(1)] }));
      const own: ExecutionRecord = await stored();
      const after = await store.commit(approval(own, lease('one', 10)));
      expect(after).toEqual(await stored());
      expect(after?.delivery.outbox.effects[0]).toEqual(effect(1));
    });

    it('shares nothing with what is stored', async () => {
      const commit = approval(before, lease('one', 3));
      const after = await store.commit(commit);
      const unchanged = await stored();
      commit.state.stack.length = 0;
      commit.events.length = 0;
      after?.delivery.outbox.effects.splice(0);
      after?.delivery.lease.until.setTime(0);
      expect(await stored()).toEqual(unchanged);
    });
  });
}
