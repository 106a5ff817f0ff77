import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { EventStore } from '../../../src/domain/execution-store.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { record } from './records.ts';

const other = deriveId('execution', 'other');

function eventsOf(id?: string): ExecutionEvent[] {
  const { events } = record(id === undefined ? {} : { id }).delivery.outbox;
  return events;
}

/** What every event store promises. `create` gives an empty one. */
export function describeEventStore(create: () => Promise<EventStore>): void {
  describe('a log of events', () => {
    let store: EventStore;
    const events = eventsOf();
    const executionId = events[0]?.executionId ?? '';

    beforeEach(async () => {
      store = await create();
    });

    it('gives back every field of what was put into it', async () => {
      await store.append(events);
      expect(await store.list(executionId)).toEqual(events);
    });

    it('lists in the order of the events, whatever order they came in', async () => {
      const many = Array.from({ length: 12 }, (_, index) => ({
        ...eventsOf()[0],
        seq: index + 1,
        id: `e${index}`,
      }));
      await store.append(many.toReversed() as ExecutionEvent[]);
      expect((await store.list(executionId)).map(({ seq }) => seq)).toEqual(many.map(({ seq }) => seq));
    });

    it('leaves an event as it is that is there already, and stores the others of the same call', async () => {
      const [first, ...others] = events;
      await store.append([first as ExecutionEvent]);
      await store.append([{ ...(first as ExecutionEvent), data: { changed: true } }, ...others]);
      expect(await store.list(executionId)).toEqual(events);
    });

    it('keeps the executions apart', async () => {
      await store.append([...events, ...eventsOf(other)]);
      expect(await store.list(executionId)).toEqual(events);
      expect(await store.list(other)).toEqual(eventsOf(other));
    });

    it('takes nothing, and has nothing of an execution that it does not know', async () => {
      await store.append([]);
      expect(await store.list(other)).toEqual([]);
    });

    it('shares nothing with what was put into it or given out', async () => {
      const mine = eventsOf();
      await store.append(mine);
      (mine[0] as ExecutionEvent).data['changed'] = true;
      const [given] = await store.list(executionId);
      (given as ExecutionEvent).data['changed'] = true;
      expect(await store.list(executionId)).toEqual(events);
    });
  });
}
