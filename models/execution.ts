import { type Model, Schema } from 'mongoose';
import type { Delivery, ExecutionRecord } from '../src/domain/execution-record.ts';
import { overdueSince } from '../src/domain/due.ts';
import type { ExecutionState } from '../src/domain/execution.ts';
import type { Database } from './database.ts';
import { fillExecution, fillOutbox } from './fill-execution.ts';

/** An execution as it lies in the collection: state and delivery side by side, the id as `_id`. */
export type ExecutionDocument = { _id: string; ref: string } & Omit<ExecutionState, 'id'> &
  Omit<Delivery, 'settleCount'> & {
    /** Documents from before settlements were counted have none. */
    settleCount?: number;
    /** Follows from the state, for the order of the board's columns. Documents from before there was one have none. */
    overdueSince?: Date | null;
  };

/**
 * The index that sweeps claim through; with org and id, so that a fair order can be made from it alone. Partial, so that executions that need nothing cost nothing; the
 * query must repeat `$gt: new Date(0)`, or the planner does not use it.
 */
export const dueIndex = { dueAt: 1, orgId: 1, _id: 1 } as const;
export const dueFilter = { $gt: new Date(0) };
/** For the index of open executions, those that are at a step; the query names a step, or repeats it. */
export const openFilter = { $gt: '' };
/** How a column of the board is ordered: those that have stopped (FAILED), those that are overdue, the newest. */
export const columnOrder = { status: 1, overdueSince: -1, _id: -1 } as const;
/** The board's columns: a key for each open task and none for the others. */
export const columnIndex = { orgId: 1, workflowId: 1, pointer: 1, ...columnOrder } as const;
/**
 * The same for what waits for somebody, and for what somebody has started. The two cost a transition less than 50 µs, of
 * the 2 ms that its durable write takes.
 */
export const waitingIndex = {
  orgId: 1,
  workflowId: 1,
  pointer: 1,
  waitingFor: 1,
  ...columnOrder,
} as const;
export const startedIndex = {
  orgId: 1,
  workflowId: 1,
  pointer: 1,
  'startedBy.userId': 1,
  ...columnOrder,
} as const;
/** For those of a column that are overdue. */
export const overdueFilter = { $gt: new Date(0) };
/** What of a workflow has ended, and the filter of this index, which the query must repeat. */
export const endedIndex = { orgId: 1, workflowId: 1, endedAt: -1 } as const;
export const endedFilter = { $gt: new Date(0) };
/** For the index of expired executions; the query must repeat it. */
export const expiredFilter = { status: 'EXPIRED' } as const;

const executionSchema = new Schema<ExecutionDocument>(
  {
    _id: { type: String, required: true },
    ref: { type: String, required: true },
    orgId: { type: String, required: true },
    workflowId: { type: String, required: true },
    v: { type: Number, required: true },
    status: { type: String, required: true },
    waitingFor: [String],
    dueAt: { type: Date, default: null },
    startKey: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'executions', strict: false, versionKey: false, minimize: false },
);
executionSchema.index({ endedAt: 1 }, { partialFilterExpression: expiredFilter });
executionSchema.index(dueIndex, { partialFilterExpression: { dueAt: dueFilter } });
executionSchema.index(
  { orgId: 1, startKey: 1 },
  { unique: true, partialFilterExpression: { startKey: { $type: 'string' } } },
);
executionSchema.index({ orgId: 1, workflowId: 1, _id: -1 });
executionSchema.index({ orgId: 1, 'startedBy.userId': 1, _id: -1 });
executionSchema.index({ orgId: 1, waitingFor: 1, _id: -1 });
executionSchema.index({ orgId: 1, ref: 1, _id: -1 });
for (const index of [columnIndex, waitingIndex, startedIndex])
  executionSchema.index(index, { partialFilterExpression: { pointer: openFilter } });
executionSchema.index(endedIndex, { partialFilterExpression: { endedAt: endedFilter } });

export function executionModel(database: Database): Model<ExecutionDocument> {
  return database.models['Execution'] ?? database.model<ExecutionDocument>('Execution', executionSchema);
}

export function toDocument(record: ExecutionRecord): ExecutionDocument {
  const { id, ...state } = record.state;
  return {
    _id: id,
    ref: id.slice(-6),
    overdueSince: overdueSince(record.state),
    ...state,
    ...record.delivery,
  };
}

export function fromDocument(document: ExecutionDocument): ExecutionRecord {
  const {
    _id,
    ref: _ref,
    overdueSince: _overdue,
    messages,
    outbox,
    dead,
    lease,
    dueAt,
    startKey,
    ...rest
  } = document;
  const { settleCount = 0, ...state } = rest;
  return {
    state: fillExecution({ id: _id, ...state } as ExecutionState),
    delivery: {
      messages,
      outbox: fillOutbox(outbox),
      dead,
      lease,
      dueAt,
      settleCount,
      startKey,
    },
  };
}
