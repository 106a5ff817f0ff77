import type { EffectKind } from '../src/domain/effect.ts';
import { type Database, nativeCollection } from './database.ts';
import { deliveryLaneModel } from './event-delivery.ts';
import { type ExecutionDocument, dueFilter, dueIndex } from './execution.ts';

/** What is committed and not done yet, at this moment, in the whole database. */
export interface Backlog {
  /** Executions whose time has come and that nobody has claimed; counted up to {@link maxCounted}. */
  due: number;
  /** How long the one that waits longest has been due; 0 when none is. */
  lagMs: number;
  /** Of executions that are held by a process or due within a minute, {@link maxRead} of them at most. */
  effects: Partial<Record<EffectKind, { count: number; oldestAgeMs: number }>>;
  /** Events that are not in the log yet, of the same executions. */
  events: number;
  /** Lanes of webhook deliveries that have something pending. */
  deliveryLanes: number;
}

const maxCounted = 10_000;
const maxRead = 1_000;
const soonMs = 60_000;

/** Reads through the index that sweeps claim through, and within bounds, so that it may be asked every few seconds. */
export function createBacklogReader(database: Database): (now: Date) => Promise<Backlog> {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');
  const lanes = deliveryLaneModel(database);

  async function readOutboxes(now: Date): Promise<Pick<Backlog, 'effects' | 'events'>> {
    const until = new Date(now.getTime() + soonMs);
    const cursor = executions
      .find({ dueAt: { ...dueFilter, $lte: until } }, { hint: dueIndex })
      .sort(dueIndex)
      .limit(maxRead)
      .project<{ outbox: ExecutionDocument['outbox'] }>({
        'outbox.effects.kind': 1,
        'outbox.effects.createdAt': 1,
        'outbox.events.seq': 1,
      });
    const effects: Backlog['effects'] = {};
    let events = 0;
    for await (const { outbox } of cursor) {
      events += outbox.events.length;
      for (const { kind, createdAt } of outbox.effects) {
        const ageMs = now.getTime() - createdAt.getTime();
        const { count = 0, oldestAgeMs = 0 } = effects[kind] ?? {};
        effects[kind] = { count: count + 1, oldestAgeMs: Math.max(oldestAgeMs, ageMs) };
      }
    }
    return { effects, events };
  }

  return async (now) => {
    const isDue = { dueAt: { ...dueFilter, $lte: now } };
    const [due, oldest, outboxes, deliveryLanes] = await Promise.all([
      executions.countDocuments(isDue, { hint: dueIndex, limit: maxCounted }),
      executions.findOne(isDue, { hint: dueIndex, sort: dueIndex, projection: { dueAt: 1 } }),
      readOutboxes(now),
      lanes.estimatedDocumentCount(),
    ]);
    const lagMs = now.getTime() - (oldest?.dueAt ?? now).getTime();
    return { due, lagMs, ...outboxes, deliveryLanes };
  };
}
