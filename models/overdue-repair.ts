import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, dueFilter, dueIndex, overdueFilter } from './execution.ts';

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
 * since. Reads the open tasks alone, and may run beside everything else. @returns how many were changed
 */
export async function repairOverdue(database: Database): Promise<number> {
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
