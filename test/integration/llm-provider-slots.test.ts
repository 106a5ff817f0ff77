import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, connectDatabase, nativeDb } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { MongoProviderSlots, providerSlotsModel, providerTicketModel } from '../../models/provider-slots.ts';
import type { Clock } from '../../src/clock.ts';
import type { ProviderSlots, Slot, SlotRequest } from '../../src/domain/provider-slots.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const LEASE_MS = 60_000;

describe.skipIf(isMongoMissing())('the slots of a provider', () => {
  let test: TestDatabase;
  let processes: Database[];
  let clock: ManualClock;

  beforeAll(async () => {
    test = await createTestDatabase();
    processes = await Promise.all(Array.from({ length: 4 }, () => connectDatabase(test.uri)));
    const [database] = processes;
    if (database === undefined) throw new Error('no database');
    await ensureIndexes(database);
  });

  beforeEach(async () => {
    clock = new ManualClock();
    const [database] = processes;
    if (database === undefined) throw new Error('no database');
    await providerSlotsModel(database).deleteMany();
    await providerTicketModel(database).deleteMany();
  });

  afterAll(async () => {
    await Promise.all(processes.map((database) => database.close()));
    await test.drop();
  });

  /** The slots as the process of this number sees them. */
  function slotsOf(process: number, limit: number, at: Clock = clock): ProviderSlots {
    const database = processes[process % processes.length];
    if (database === undefined) throw new Error('no such process');
    return new MongoProviderSlots(database, { clock: at, leaseMs: LEASE_MS, limitOf: () => limit });
  }

  function ask(ticket: string, orgId = 'org-1', provider = 'default'): SlotRequest {
    return { provider, orgId, ticket };
  }

  async function take(slots: ProviderSlots, request: SlotRequest): Promise<Slot> {
    const answer = await slots.acquire(request);
    if (answer.kind !== 'slot') throw new Error(`${request.ticket} has to wait`);
    return answer.slot;
  }

  it('are given up to the limit, and then in the order of arrival', async () => {
    const slots = slotsOf(0, 2);
    const first = await take(slots, ask('a'));
    await take(slots, ask('b'));

    expect(await slots.acquire(ask('c'))).toMatchObject({ kind: 'queued', queuedBehind: 0 });
    expect(await slots.acquire(ask('d'))).toMatchObject({ kind: 'queued', queuedBehind: 1 });
    expect((await slots.release(first)).map(({ ticket }) => ticket)).toEqual(['c']);
    expect((await slots.acquire(ask('c'))).kind).toBe('slot');
    expect((await slots.acquire(ask('d'))).kind).toBe('queued');
  });

  it('of one provider do not count for another', async () => {
    const slots = slotsOf(0, 1);
    await take(slots, ask('a'));

    expect((await slots.acquire(ask('b', 'org-1', 'other'))).kind).toBe('slot');
  });

  it('are the same slot when the same ticket asks again, also in another process', async () => {
    const slot = await take(slotsOf(0, 1), ask('a'));

    expect(await slotsOf(1, 1).acquire(ask('a'))).toEqual({ kind: 'slot', slot, given: [] });
  });

  it('keep a place for who asks again', async () => {
    const slots = slotsOf(0, 1);
    const held = await take(slots, ask('a'));
    for (const ticket of ['b', 'c', 'b', 'b']) await slots.acquire(ask(ticket));

    expect((await slots.release(held)).map(({ ticket }) => ticket)).toEqual(['b']);
  });

  it('go round between orgs, so that a long queue of one does not hold up the others', async () => {
    const slots = slotsOf(0, 1);
    let held = await take(slots, ask('big-0', 'big'));
    for (let index = 1; index <= 5; index += 1) await slots.acquire(ask(`big-${index}`, 'big'));
    await slots.acquire(ask('small-1', 'small'));
    await slots.acquire(ask('tiny-1', 'tiny'));
    await slots.acquire(ask('small-2', 'small'));

    const order: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const [next] = await slots.release(held);
      if (next === undefined) break;
      order.push(next.ticket);
      held = next;
    }

    expect(order.slice(0, 2)).toEqual(['small-1', 'tiny-1']);
    expect(order.slice(2, 4)).toEqual(['big-1', 'small-2']);
    expect(order.slice(4)).toEqual(['big-2', 'big-3', 'big-4', 'big-5']);
  });

  it('come back when their holder has died, at the time that was said to those who wait', async () => {
    const slots = slotsOf(0, 1);
    const lost = await take(slots, ask('a'));
    const answer = await slots.acquire(ask('b'));
    if (answer.kind !== 'queued') throw new Error('there was a slot');

    clock.advance(LEASE_MS - 1);
    expect((await slots.acquire(ask('b'))).kind).toBe('queued');
    clock.set(answer.askAgainAt);
    expect((await slots.acquire(ask('b'))).kind).toBe('slot');
    expect(await slots.renew(lost)).toBe(false);
    expect(await slots.release(lost)).toEqual([]);
    expect((await slots.acquire(ask('b'))).kind).toBe('slot');
  });

  it('stay with who renews them', async () => {
    const slots = slotsOf(0, 1);
    const held = await take(slots, ask('a'));
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance(LEASE_MS - 1);
      expect(await slots.renew(held)).toBe(true);
    }

    expect((await slots.acquire(ask('b'))).kind).toBe('queued');
  });

  it('go to the next one when who was given one never picks it up', async () => {
    const slots = slotsOf(0, 1);
    const held = await take(slots, ask('a'));
    await slots.acquire(ask('died-waiting'));
    await slots.acquire(ask('c'));
    await slots.release(held);

    clock.advance(LEASE_MS);
    expect((await slots.acquire(ask('c'))).kind).toBe('slot');
  });

  it('are not kept for who has left', async () => {
    const slots = slotsOf(0, 1);
    const held = await take(slots, ask('a'));
    for (const ticket of ['b', 'c', 'd']) await slots.acquire(ask(ticket));

    expect(await slots.leave(ask('b'))).toEqual([]);
    expect((await slots.release(held)).map(({ ticket }) => ticket)).toEqual(['c']);
    expect((await slots.leave(ask('c'))).map(({ ticket }) => ticket)).toEqual(['d']);
  });

  it('are asked for the less often, the more wait before', async () => {
    const slots = slotsOf(0, 2);
    for (const ticket of ['a', 'b']) await take(slots, ask(ticket));
    const waits: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      const answer = await slots.acquire(ask(`w-${index}`));
      if (answer.kind === 'queued') waits.push(answer.askAgainAt.getTime() - clock.now().getTime());
    }

    expect(waits.map((waitMs) => waitMs / LEASE_MS)).toEqual([1, 1, 2, 2, 3]);
  });

  it('tell who asks of the slots that others got by it', async () => {
    const slots = slotsOf(0, 1);
    await take(slots, ask('dies'));
    await slots.acquire(ask('b'));
    clock.advance(LEASE_MS);

    const answer = await slots.acquire(ask('c'));

    expect(answer).toMatchObject({ kind: 'queued', given: [{ ticket: 'b' }] });
  });

  it('look at one ticket of each org, however long the queue is', async () => {
    const slots = slotsOf(0, 1);
    const held = await take(slots, ask('a'));
    const [database] = processes;
    if (database === undefined) throw new Error('no database');
    const arrivedAt = new Date();
    await providerTicketModel(database).insertMany(
      Array.from({ length: 2_000 }, (_, index) => ({
        _id: `default:q-${index}`,
        provider: 'default',
        orgId: `org-${index % 4}`,
        ticket: `q-${index}`,
        arrivedAt,
        seenAt: arrivedAt,
      })),
    );
    const profile = nativeDb(database);
    await profile.command({ profile: 2 });

    expect(await slots.release(held)).toHaveLength(1);

    await profile.command({ profile: 0 });
    const [aggregate] = await profile
      .collection('system.profile')
      .find({ 'command.aggregate': 'provider_tickets' })
      .toArray();
    expect(aggregate?.['keysExamined']).toBeLessThan(20);
    expect(aggregate?.['docsExamined']).toBeLessThan(20);
  });

  it('are all given when several come free, and none for a provider that is not configured', async () => {
    expect((await slotsOf(0, 0).acquire(ask('a'))).kind).toBe('queued');
    await slotsOf(0, 0).acquire(ask('b'));

    await take(slotsOf(0, 3), ask('c'));

    expect((await slotsOf(0, 3).acquire(ask('a'))).kind).toBe('slot');
    expect((await slotsOf(0, 3).acquire(ask('b'))).kind).toBe('slot');
    expect((await slotsOf(0, 3).acquire(ask('d'))).kind).toBe('queued');
  });

  it('are never more than the limit while processes race, and everybody gets one in the end', async () => {
    const limit = 3;
    const inFlight = new Set<string>();
    const seen: number[] = [];
    const woken = new Map<string, () => void>();

    function wake(given: readonly Slot[]): void {
      for (const { ticket } of given) woken.get(ticket)?.();
    }

    async function useSlot(index: number): Promise<void> {
      const slots = slotsOf(index, limit);
      const request = ask(`t-${index}`, `org-${index % 5}`);
      for (;;) {
        const told = new Promise<void>((resolve) => woken.set(request.ticket, resolve));
        const answer = await slots.acquire(request);
        wake(answer.given);
        if (answer.kind === 'slot') {
          inFlight.add(request.ticket);
          seen.push(inFlight.size);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inFlight.delete(request.ticket);
          wake(await slots.release(answer.slot));
          return;
        }
        await told;
      }
    }
    await Promise.all(Array.from({ length: 60 }, (_, index) => useSlot(index)));

    expect(seen).toHaveLength(60);
    expect(Math.max(...seen)).toBeLessThanOrEqual(limit);
    expect(Math.max(...seen)).toBeGreaterThan(1);
  });
});
