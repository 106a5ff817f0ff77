import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, dueFilter, dueIndex, overdueFilter } from './execution.ts';

/** For so long after the first process of this version has started, others of an earlier one may run beside it. */
const upgradeMs = 86_400_000;

interface RepairDocument {
  _id: string;
  begunAt: Date;
}

/** What `overdueSince` of the domain says, worked out by MongoDB from the document as it is at that moment. */
const fromState = {
  $let: {
    vars: { visit: { $last: '$stack' } },
    in: {
      $cond: [
        { $and: [{ $eq: ['$status', 'RUNNING'] }, { $ne: ['$pointer', null] }] },
        { $ifNull: ['$$visit.escalatedAt', null] },
        null,
      ],
    },
  },
};

/**
 * Sets `overdueSince` of open tasks right where an earlier version of Baton has escalated them, or has gone on with them
 * since. It reads every open task, and may run beside everything else; a day after it has first run on a database, when
 * no process of an earlier version is left, it does nothing any more. @returns how many were changed
 */
export async function repairOverdue(database: Database, now: Date): Promise<number> {
  if (!(await isUpgrading(database, now))) return 0;
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');
  const result = await executions.updateMany(
    {
      // Every task that has not ended has a time: that of its expiry, if nothing else.
      dueAt: dueFilter,
      $or: [
        { overdueSince: null, status: 'RUNNING', 'stack.escalatedAt': { $type: 'date' } },
        { overdueSince: overdueFilter },
      ],
    },
    [{ $set: { overdueSince: fromState } }],
    { hint: dueIndex, writeConcern: durable },
  );
  return result.modifiedCount;
}

async function isUpgrading(database: Database, now: Date): Promise<boolean> {
  const repairs = nativeCollection<RepairDocument>(database, 'repairs');
  const first = await repairs.findOneAndUpdate(
    { _id: 'overdue-since' },
    { $setOnInsert: { begunAt: now } },
    { upsert: true, returnDocument: 'after', writeConcern: durable },
  );
  return first === null || now.getTime() - first.begunAt.getTime() < upgradeMs;
}
