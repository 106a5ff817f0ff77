import { type Database, durable, nativeCollection } from './database.ts';
import { type ExecutionDocument, expiredFilter } from './execution.ts';

/** Removes executions that nobody can need any more. */
export interface ExecutionPurge {
  /**
   * Those that expired before, and whose events are all in the log, which keeps them.
   * @returns how many were removed; fewer than `limit` when none is left
   */
  removeExpired(endedBefore: Date, limit: number): Promise<number>;
}

export function createExecutionPurge(database: Database): ExecutionPurge {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');
  return {
    async removeExpired(endedBefore, limit) {
      // An execution that is not due has nothing in its outbox.
      const filter = { ...expiredFilter, endedAt: { $lte: endedBefore }, dueAt: null };
      const found = await executions
        .find(filter, { projection: { _id: 1 } })
        .sort({ endedAt: 1 })
        .limit(limit)
        .toArray();
      if (found.length === 0) return 0;
      const ids = found.map(({ _id }) => _id);
      const { deletedCount } = await executions.deleteMany(
        { ...filter, _id: { $in: ids } },
        { writeConcern: durable },
      );
      return deletedCount;
    },
  };
}
