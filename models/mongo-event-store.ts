import mongoose from 'mongoose';
import type { ExecutionEvent } from '../src/domain/event.ts';
import type { EventStore } from '../src/domain/execution-store.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type EventDocument, eventKey, toEvent } from './event.ts';

const duplicateKey = 11_000;

/** The log of all executions in MongoDB. */
export function createMongoEventStore(database: Database): EventStore {
  const collection = nativeCollection<EventDocument>(database, 'events');

  async function append(events: readonly ExecutionEvent[]): Promise<void> {
    if (events.length === 0) return;
    const documents = events.map(({ id, ...event }): EventDocument => {
      return { _id: eventKey(event.executionId, event.seq), eventId: id, ...event };
    });
    try {
      await collection.insertMany(documents, { ordered: false, writeConcern: durable });
    } catch (error) {
      if (!isOnlyDuplicates(error)) throw error;
    }
  }

  async function list(executionId: string): Promise<ExecutionEvent[]> {
    const from = eventKey(executionId, 0);
    const to = `${executionId};`;
    const documents = await collection
      .find({ _id: { $gt: from, $lt: to } })
      .sort({ _id: 1 })
      .toArray();
    return documents.map(toEvent);
  }

  return { append, list };
}

/**
 * An event that is there already was moved by an earlier attempt that died before it could say so. What
 * the driver itself could not do, because a connection was lost, comes as the same class of error, without
 * any write error.
 */
function isOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) return false;
  if (error.result.getWriteConcernError() !== undefined) return false;
  const writeErrors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return writeErrors.length > 0 && writeErrors.every((writeError) => writeError.code === duplicateKey);
}
