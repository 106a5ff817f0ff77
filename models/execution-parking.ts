import { parkedDueAt } from '../src/domain/parked.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, dueFilter, dueIndex } from './execution.ts';

/** Puts all work of an org aside, and takes it up again. Both may be repeated. */
export interface ExecutionParking {
  /** What is under way elsewhere at this moment is parked when it is claimed next: see `parkClaimed`. @returns how many */
  park(orgId: string): Promise<number>;
  /** True when something of the org's is parked. */
  hasParked(orgId: string): Promise<boolean>;
  /** Everything is looked at again at once, and what could not be delivered is tried anew. @returns how many */
  unpark(orgId: string, now: Date): Promise<number>;
}

export function createExecutionParking(database: Database): ExecutionParking {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');
  return {
    async park(orgId) {
      const filter = { orgId, dueAt: { ...dueFilter, $lt: parkedDueAt } };
      const options = { hint: dueIndex, writeConcern: durable };
      return (await executions.updateMany(filter, { $set: { dueAt: parkedDueAt } }, options)).modifiedCount;
    },
    async hasParked(orgId) {
      const options = { hint: dueIndex, projection: { _id: 1 } } as const;
      return (await executions.findOne({ orgId, dueAt: parkedDueAt }, options)) !== null;
    },
    async unpark(orgId, now) {
      const options = { hint: dueIndex, writeConcern: durable };
      // Not of those that somebody holds: they are writing their outbox themselves.
      const waiting = await executions.updateMany(
        { orgId, dueAt: dueFilter, 'lease.released': true, 'outbox.effects.0': { $exists: true } },
        {
          $set: {
            dueAt: now,
            'outbox.effects.$[].notBefore': null,
            'outbox.effects.$[].failingSince': null,
          },
        },
        options,
      );
      const parked = await executions.updateMany(
        { orgId, dueAt: parkedDueAt },
        { $set: { dueAt: now } },
        options,
      );
      return waiting.modifiedCount + parked.modifiedCount;
    },
  };
}
