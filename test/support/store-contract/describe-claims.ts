import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { ExecutionStore } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { minutesAfterStart, testOrgId } from '../builders.ts';
import { lease, record } from './records.ts';

const now = minutesAfterStart(10);
const mine = lease('two', 20);

/** A sweep that takes what is due. */
export function describeClaims(create: () => Promise<ExecutionStore>): void {
  describe('a claim', () => {
    let store: ExecutionStore;

    beforeEach(async () => {
      store = await create();
    });

    async function insertDue(name: string, dueAt: Date | null, orgId = testOrgId): Promise<ExecutionRecord> {
      const inserted = record({ id: deriveId(name), orgId, dueAt });
      await store.insert(inserted);
      return inserted;
    }

    it('takes the lease, moves the due time to its end, and gives the execution as it was before', async () => {
      const due = await insertDue('due', minutesAfterStart(1));
      expect(await store.claimDue(now, mine)).toEqual(due);
      expect(await store.load(due.state.id)).toEqual({
        state: due.state,
        delivery: { ...due.delivery, lease: mine, dueAt: mine.until },
      });
    });

    it('takes what is due longest first, each once, until nothing is due', async () => {
      const minutes = [4, 2, 9, 1, 7];
      for (const minute of minutes) await insertDue(`due ${minute}`, minutesAfterStart(minute));
      const claimed: (string | undefined)[] = [];
      for (let index = 0; index < 6; index += 1) {
        claimed.push((await store.claimDue(now, mine))?.state.id);
      }
      expect(claimed).toEqual([...[1, 2, 4, 7, 9].map((minute) => deriveId(`due ${minute}`)), undefined]);
    });

    it('takes what is due at this very moment, and nothing that is due a millisecond later', async () => {
      await insertDue('later', new Date(now.getTime() + 1));
      expect(await store.claimDue(now, mine)).toBeNull();
      const exact = await insertDue('now', now);
      expect((await store.claimDue(now, mine))?.state.id).toBe(exact.state.id);
    });

    it('never takes what needs nothing', async () => {
      const parked = await insertDue('parked', null);
      expect(await store.claimDue(minutesAfterStart(10_000_000), mine)).toBeNull();
      expect(await store.claimIfDue(parked.state.id, minutesAfterStart(10_000_000), mine)).toBeNull();
    });

    it('comes again when the lease has run out and was not given back', async () => {
      const due = await insertDue('due', minutesAfterStart(1));
      await store.claimDue(now, mine);
      expect(await store.claimDue(minutesAfterStart(19), lease('three', 40))).toBeNull();
      const again = await store.claimDue(minutesAfterStart(20), lease('three', 40));
      expect(again?.state.id).toBe(due.state.id);
      expect(again?.delivery.lease).toEqual(mine);
    });

    it('gives one execution to one of several who claim at once', async () => {
      await insertDue('first', minutesAfterStart(1));
      await insertDue('second', minutesAfterStart(2));
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.claimDue(now, lease(`rival ${index}`, 20))),
      );
      const ids = claims.flatMap((claimed) => claimed?.state.id ?? []);
      expect(ids.toSorted()).toEqual([deriveId('first'), deriveId('second')].toSorted());
    });

    it('of one execution takes it only if it is due, and only once', async () => {
      const due = await insertDue('due', minutesAfterStart(1));
      const later = await insertDue('later', minutesAfterStart(11));
      expect(await store.claimIfDue(later.state.id, now, mine)).toBeNull();
      expect(await store.claimIfDue(due.state.id, now, mine)).toEqual(due);
      expect(await store.claimIfDue(due.state.id, now, lease('three', 20))).toBeNull();
      expect(await store.claimIfDue(deriveId('unknown'), now, mine)).toBeNull();
      expect((await store.load(due.state.id))?.delivery).toMatchObject({ lease: mine, dueAt: mine.until });
    });

    it('is planned org by org, oldest first, with no more of each than asked for', async () => {
      const [left, right] = [deriveId('org', 'left'), deriveId('org', 'right')];
      for (const minute of [3, 1, 2]) await insertDue(`left ${minute}`, minutesAfterStart(minute), left);
      await insertDue('right 5', minutesAfterStart(5), right);
      await insertDue('right 11', minutesAfterStart(11), right);
      await insertDue('right parked', null, right);
      const lists = await store.listDueByOrg(now, 2);
      expect(lists.toSorted((one, other) => other.length - one.length)).toEqual([
        [deriveId('left 1'), deriveId('left 2')],
        [deriveId('right 5')],
      ]);
    });
  });
}
