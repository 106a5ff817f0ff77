import mongoose from 'mongoose';
import { AppError, ConflictError } from '../src/errors.ts';
import { type Database, durable, nativeDb } from './database.ts';

const { EJSON } = mongoose.mongo.BSON;

/** One line of a backup: a document, and the collection that it is of. In MongoDB's Extended JSON (canonical), so that nothing of it is lost. */
interface BackupLine {
  collection: string;
  document: mongoose.mongo.BSON.Document;
}

/** `SnapshotTooOld` of MongoDB's error codes. */
const snapshotTooOld = 239;
/** How many documents are written at once. */
const batchSize = 500;

/**
 * Everything in the database as it was at one moment, line by line. The bot may run meanwhile.
 *
 * @throws AppError `snapshot-too-old` when it takes longer than the server keeps snapshots
 */
export async function* dumpDatabase(database: Database): AsyncIterable<string> {
  const db = nativeDb(database);
  const session = database.getClient().startSession({ snapshot: true });
  try {
    const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    for (const { name } of collections.filter((found) => !found.name.startsWith('system.'))) {
      const collection = db.collection(name, { readConcern: { level: 'snapshot' } });
      for await (const document of collection.find({}, { session, batchSize })) {
        yield `${EJSON.stringify({ collection: name, document } satisfies BackupLine, { relaxed: false })}\n`;
      }
    }
  } catch (error) {
    throw explainDumpError(error);
  } finally {
    await session.endSession();
  }
}

/** MongoDB's error for a snapshot that it has given up, with what to do about it; every other error as it is. */
export function explainDumpError(error: unknown): unknown {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== snapshotTooOld) return error;
  return new AppError(
    'snapshot-too-old',
    503,
    'Reading took longer than the database keeps what was (five minutes by default). Let it keep an hour, and try again: db.adminCommand({ setParameter: 1, minSnapshotHistoryWindowInSeconds: 3600 })',
    { cause: error },
  );
}

/**
 * Puts everything back into a database that has nothing in it. Indexes are made by whoever starts on it.
 *
 * @returns how many documents
 * @throws ConflictError when there is something in the database
 */
export async function restoreDatabase(database: Database, lines: AsyncIterable<string>): Promise<number> {
  const db = nativeDb(database);
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if ((await db.collection(name).findOne({})) === null) continue;
    throw new ConflictError(
      `The database has something in it already (${name}). Name an empty one in MONGODB_URI: nothing is overwritten.`,
    );
  }
  let restored = 0;
  let batch: BackupLine[] = [];
  const flush = async (): Promise<void> => {
    for (const [name, documents] of byCollection(batch)) {
      await db.collection(name).insertMany(documents, { writeConcern: durable });
    }
    restored += batch.length;
    batch = [];
  };
  for await (const line of lines) {
    if (line === '') continue;
    batch.push(EJSON.parse(line, { relaxed: false }) as BackupLine);
    if (batch.length === batchSize) await flush();
  }
  await flush();
  return restored;
}

function byCollection(lines: readonly BackupLine[]): Map<string, mongoose.mongo.BSON.Document[]> {
  const grouped = new Map<string, mongoose.mongo.BSON.Document[]>();
  for (const { collection, document } of lines) {
    grouped.set(collection, [...(grouped.get(collection) ?? []), document]);
  }
  return grouped;
}
