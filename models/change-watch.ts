import mongoose from 'mongoose';
import { type Database, nativeDb } from './database.ts';

/** Something that has been written by any process. */
export type StoredChange =
  | { kind: 'task'; orgId: string; workflowId: string; executionId: string; stepId: string | null }
  | { kind: 'workflow'; orgId: string; workflowId: string };

export interface ChangeWatch {
  /** Calls back for each change since it was opened, in order, until it is closed. @throws when the database cannot be asked */
  run(onChange: (change: StoredChange) => void): Promise<void>;
  close(): Promise<void>;
}

/** What is read of a change. */
interface ChangeDocument {
  _id: unknown;
  ns: { coll: string };
  documentKey: { _id: string };
  fullDocument?: { orgId: string; workflowId?: string; pointer?: string | null };
}

/** Transitions of tasks raise `v`; what else is written to them, nobody sees on a page. */
const pipeline = [
  {
    $match: {
      $or: [
        { 'ns.coll': 'executions', operationType: 'insert' },
        { 'ns.coll': 'executions', 'updateDescription.updatedFields.v': { $exists: true } },
        { 'ns.coll': 'workflows', operationType: { $in: ['insert', 'update', 'replace'] } },
      ],
    },
  },
  {
    $project: {
      ns: 1,
      documentKey: 1,
      'fullDocument.orgId': 1,
      'fullDocument.workflowId': 1,
      'fullDocument.pointer': 1,
    },
  },
];

/**
 * A change stream over tasks and workflows, of all that is written from now on: whoever waits for this misses nothing
 * that is written after it. The driver goes on by itself where a connection was lost.
 */
export async function openChangeWatch(database: Database): Promise<ChangeWatch> {
  const db = nativeDb(database);
  const { operationTime } = await db.command({ ping: 1 });
  const { t, i } = operationTime as mongoose.mongo.Timestamp;
  // The moment itself is over, and would be told again.
  const startAtOperationTime = new mongoose.mongo.Timestamp({ t, i: i + 1 });
  const options = { fullDocument: 'updateLookup', startAtOperationTime } as const;
  const stream = db.watch<mongoose.mongo.Document, ChangeDocument & mongoose.mongo.ChangeStreamDocument>(
    pipeline,
    options,
  );
  return {
    async run(onChange) {
      for await (const change of stream) {
        const read = toChange(change);
        if (read !== null) onChange(read);
      }
    },
    close: () => stream.close(),
  };
}

/** Null for what was removed meanwhile. */
function toChange({ ns, documentKey, fullDocument }: ChangeDocument): StoredChange | null {
  if (fullDocument === undefined) return null;
  const { orgId, workflowId = '', pointer = null } = fullDocument;
  if (ns.coll === 'workflows') return { kind: 'workflow', orgId, workflowId: documentKey._id };
  return { kind: 'task', orgId, workflowId, executionId: documentKey._id, stepId: pointer };
}
