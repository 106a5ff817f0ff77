import { type Database, durable, nativeCollection } from './database.ts';
import type { DeliveryLaneDocument } from './event-delivery.ts';
import { type ExecutionDocument, dueFilter } from './execution.ts';

/**
 * Makes everything that was held when the last process died due at once, instead of when its leases run
 * out. Only for a database that no other process can be using. What was held stays marked as lost, so
 * that whoever takes it over looks for messages that may have been sent.
 */
export async function releaseAll(database: Database, now: Date): Promise<void> {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');
  await executions.updateMany(
    { dueAt: dueFilter, 'lease.released': false },
    { $set: { 'lease.until': now, dueAt: now } },
    { writeConcern: durable },
  );
  const lanes = nativeCollection<DeliveryLaneDocument>(database, 'delivery_lanes');
  await lanes.updateMany({ held: true }, { $set: { dueAt: now } }, { writeConcern: durable });
  const jobs = nativeCollection<{ lockedAt: Date | null }>(database, 'jobs');
  await jobs.updateMany({ lockedAt: { $ne: null } }, { $set: { lockedAt: null } }, { writeConcern: durable });
}
