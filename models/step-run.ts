import { type Model, Schema } from 'mongoose';
import type { AgentRunState } from '../src/domain/agent-run.ts';
import type { JsonObject } from '../src/domain/json.ts';
import type { RunClaim, StepRunStore, StoredRun } from '../src/domain/step-run-store.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

type StepRunDocument = { _id: string; updatedAt: Date } & Omit<RunClaim, 'stepExecutionId'> & {
    state?: AgentRunState;
    log?: JsonObject[];
  };

const collectionName = 'step_runs';
/** A task lives for a year, and what stops it in the middle of a run leaves the run behind. */
const keptSec = 400 * 86_400;
const maxLog = 200;

const stepRunSchema = new Schema<StepRunDocument>(
  {
    _id: { type: String, required: true },
    token: { type: String, required: true },
    fence: { type: Number, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
stepRunSchema.index({ updatedAt: 1 }, { expireAfterSeconds: keptSec });

export function stepRunModel(database: Database): Model<StepRunDocument> {
  return database.models['StepRun'] ?? database.model<StepRunDocument>('StepRun', stepRunSchema);
}

/** Runs in MongoDB, one document each. */
export function createStepRunStore(database: Database): StepRunStore {
  const runs = nativeCollection<StepRunDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  return {
    async claim({ stepExecutionId, ...claim }) {
      // Where a version wrote that keeps no `openSince`, only what the claim before has left is taken to be open.
      const before = { $ifNull: ['$openSince', claim.openSince < claim.fence ? claim.openSince : null] };
      const log = { $cond: [{ $eq: [before, claim.openSince] }, { $ifNull: ['$log', []] }, []] };
      const update = [{ $set: { ...literals(claim), log, updatedAt: '$$NOW' } }];
      try {
        const found = await runs.findOneAndUpdate(
          { _id: stepExecutionId, fence: { $lt: claim.fence } },
          update,
          { ...options, upsert: true, returnDocument: 'after' },
        );
        return toStoredRun(found);
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    async find(stepExecutionId) {
      return toStoredRun(await runs.findOne({ _id: stepExecutionId }));
    },
    async save({ stepExecutionId, token }, state, log) {
      const { matchedCount } = await runs.updateOne(
        { _id: stepExecutionId, token },
        {
          $set: { state },
          $push: { log: { $each: log, $slice: -maxLog } },
          $currentDate: { updatedAt: true },
        },
        options,
      );
      return matchedCount === 1;
    },
    async clearLog({ stepExecutionId, token }) {
      await runs.updateOne({ _id: stepExecutionId, token }, { $set: { log: [] } }, options);
    },
    async remove({ stepExecutionId, token }) {
      await runs.deleteOne({ _id: stepExecutionId, token }, options);
    },
  };
}

/** Values that an update with expressions takes as they are. */
function literals(values: object): Record<string, { $literal: unknown }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}

function toStoredRun(document: StepRunDocument | null): StoredRun | null {
  return document === null ? null : { state: document.state ?? null, log: document.log ?? [] };
}
