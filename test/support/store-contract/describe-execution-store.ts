import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { ExecutionStore } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { minutesAfterStart } from '../builders.ts';
import { describeClaims } from './describe-claims.ts';
import { describeCommits } from './describe-commits.ts';
import { describeSettlements } from './describe-settlements.ts';
import { effect, record, settlement } from './records.ts';

/** What every execution store promises. `create` gives an empty one. */
export function describeExecutionStore(create: () => Promise<ExecutionStore>): void {
  describeInserts(create);
  describeCommits(create);
  describeClaims(create);
  describeSettlements(create);
}

function describeInserts(create: () => Promise<ExecutionStore>): void {
  describe('a new execution', () => {
    let store: ExecutionStore;

    beforeEach(async () => {
      store = await create();
    });

    it('comes back as it was stored', async () => {
      expect(await store.insert(record())).toEqual({ inserted: true });
      expect(await store.load(record().state.id)).toEqual(record());
    });

    it('comes back with every kind of value in it', async () => {
      const full = fullRecord();
      await store.insert(full);
      expect(await store.load(full.state.id)).toEqual(full);
    });

    it('is not there before it is stored', async () => {
      expect(await store.load(record().state.id)).toBeNull();
    });

    it('shares nothing with what was stored or given out', async () => {
      const mine = record();
      await store.insert(mine);
      mine.state.context.inputs['changed'] = true;
      mine.delivery.lease.until.setTime(0);
      const given = await store.load(mine.state.id);
      if (given === null) throw new Error('it is not stored');
      given.state.stack.length = 0;
      given.delivery.outbox.events.length = 0;
      expect(await store.load(mine.state.id)).toEqual(record());
    });

    it('is the earlier one when its start key was used in the org', async () => {
      const first = record({ startKey: 'view:V1' });
      const second = record({ id: deriveId('second'), startKey: 'view:V1' });
      await store.insert(first);
      expect(await store.insert(second)).toEqual({ inserted: false, existing: first });
      expect(await store.load(second.state.id)).toBeNull();
    });

    it('is the earlier one even when that has moved on', async () => {
      const first = record({ startKey: 'view:V1' });
      await store.insert(first);
      await store.claimDue(minutesAfterStart(5), { ...first.delivery.lease, holder: 'two' });
      const again = await store.insert(record({ id: deriveId('second'), startKey: 'view:V1' }));
      expect(again).toMatchObject({ inserted: false, existing: { delivery: { lease: { holder: 'two' } } } });
    });

    it('is a new one with the same start key in another org, and without a start key', async () => {
      const records = [
        record({ startKey: 'view:V1' }),
        record({ id: deriveId('other org'), orgId: deriveId('org', 'other'), startKey: 'view:V1' }),
        record({ id: deriveId('no key') }),
        record({ id: deriveId('no key either') }),
      ];
      for (const each of records) expect(await store.insert(each)).toEqual({ inserted: true });
      for (const each of records) expect(await store.load(each.state.id)).toEqual(each);
    });

    it('is found by its start key in its org, as it is now, and nowhere else', async () => {
      const first = record({ startKey: 'view:V1' });
      await store.insert(first);
      await store.insert(record({ id: deriveId('no key') }));
      expect(await store.findStarted(first.state.orgId, 'view:V1')).toEqual(first);
      await store.settle(settlement(first));
      const found = await store.findStarted(first.state.orgId, 'view:V1');
      expect(found).toEqual(await store.load(first.state.id));
      expect(await store.findStarted(deriveId('org', 'other'), 'view:V1')).toBeNull();
      expect(await store.findStarted(first.state.orgId, 'view:V2')).toBeNull();
    });

    it('is refused when its id is taken', async () => {
      await store.insert(record());
      await expect(store.insert(record({ holder: 'two' }))).rejects.toThrow();
      expect(await store.load(record().state.id)).toEqual(record());
    });

    it('is one when several processes store it at once', async () => {
      const rivals = Array.from({ length: 8 }, (_, index) =>
        record({ id: deriveId('rival', index), startKey: 'view:V1' }),
      );
      const results = await Promise.all(rivals.map((rival) => store.insert(rival)));
      const winner = rivals[results.findIndex(({ inserted }) => inserted)];
      const found = results.flatMap((result) => (result.inserted ? [] : [result.existing.state.id]));
      expect(found).toEqual(Array.from({ length: 7 }, () => winner?.state.id));
    });
  });
}

/** Every kind of value that an execution may carry, where it may carry it. */
function fullRecord(): ExecutionRecord {
  const plain = record();
  const json = {
    text: '„ü€🙂\u0000"\\',
    empty: '',
    yes: true,
    no: false,
    none: null,
    list: [[], {}, [1, [2, null]]],
  };
  const numbers = { zero: 0, negative: -1.5, large: 2 ** 53 - 1, huge: 1e300, small: 5e-324 };
  const at = new Date('2028-02-29T23:59:59.999Z');
  const stack = plain.state.stack.map((step) => ({
    ...step,
    output: { ...json, ...numbers, deep: { deeper: { deepest: [json] } } },
    votes: [
      {
        actor: { kind: 'key' as const, keyId: 'k', name: null },
        outcome: 'approved',
        comment: '',
        output: { ...json },
        recipients: ['U0BO'],
        at,
      },
    ],
    timers: { remindAt: at, warnAt: null, deadlineAt: null, wakeAt: new Date(1) },
    undeliverable: [{ recipient: 'U0BO', reason: 'gone' }],
  }));
  const failure = { code: 'no-assignee' as const, message: 'nobody', data: { ...json } };
  const dead = [{ effect: effect(1, { notBefore: at, attempts: 3, maybeSent: true }), error: 'refused', at }];
  return {
    state: {
      ...plain.state,
      stack,
      failure,
      signals: [json, {}, null].map((payload) => ({
        name: 'go',
        payload,
        by: { kind: 'system' as const },
        at,
      })),
      endedAt: at,
    },
    delivery: {
      ...plain.delivery,
      messages: { card: { channelId: 'C0GEN', ts: '1700000000.000100' } },
      dead,
      dueAt: null,
      startKey: 'view:V9',
    },
  };
}
