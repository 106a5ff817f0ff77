import mongoose from 'mongoose';
import { AppError, errorMessage } from '../src/errors.ts';

/** An open connection; every model is made on one, none is global. */
export type Database = mongoose.Connection;

/** What an acknowledged write means everywhere in Baton: on a majority's disk. */
export const durable = { w: 'majority', journal: true } as const;

/**
 * A server that is silent for these two together (6 s) is taken for lost: what was under way there fails or is
 * sent again, to a new primary where there is one. The driver's own values make it 40 s. They bound
 * every operation, since the driver offers no time limit for one that works on a frozen server.
 */
const heartbeatEveryMs = 2_000;
const connectTimeoutMs = 4_000;

export interface ConnectOptions {
  /** How long to look for a server before an operation fails, in milliseconds. Default 5,000. */
  serverSelectionTimeoutMs?: number;
  /** Connections at most. Default 64. */
  maxPoolSize?: number;
  /** Another database than the URI's. */
  dbName?: string;
  /** Publish driver command events, so that tests can count writes. Default false. */
  monitorCommands?: boolean;
}

/** Opens the database. @throws AppError when no server answers in time, or when it is no replica set */
export async function connectDatabase(uri: string, options: ConnectOptions = {}): Promise<Database> {
  const connection = mongoose.createConnection(uri, {
    serverSelectionTimeoutMS: options.serverSelectionTimeoutMs ?? 5_000,
    heartbeatFrequencyMS: heartbeatEveryMs,
    connectTimeoutMS: connectTimeoutMs,
    maxPoolSize: options.maxPoolSize ?? 64,
    monitorCommands: options.monitorCommands ?? false,
    ...(options.dbName === undefined ? {} : { dbName: options.dbName }),
    writeConcern: durable,
    readConcern: { level: 'majority' },
    retryWrites: true,
    ignoreUndefined: true,
    autoIndex: false,
    autoCreate: false,
  });
  try {
    await connection.asPromise();
    await requireReplicaSet(connection);
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof AppError) throw error;
    throw new AppError(
      'database-unreachable',
      503,
      `The database that MONGODB_URI names does not answer: ${errorMessage(error)}.`,
      {
        cause: error,
      },
    );
  }
}

/** Writes are acknowledged by a majority of a replica set, so there has to be one. */
async function requireReplicaSet(database: Database): Promise<void> {
  const hello = await nativeDb(database).admin().command({ hello: 1 });
  if (hello['setName'] !== undefined || hello['msg'] === 'isdbgrid') return;
  const text =
    'MONGODB_URI names a standalone MongoDB. Baton needs a replica set; one node is enough (mongod --replSet).';
  throw new AppError('database-standalone', 503, text);
}

/** The driver's own collection, for what must be quick or needs what mongoose does not offer. */
export function nativeCollection<T extends mongoose.mongo.Document>(
  database: Database,
  name: string,
): mongoose.mongo.Collection<T> {
  return nativeDb(database).collection<T>(name);
}

/** The driver's own handle, for libraries that bring their own collections. */
export function nativeDb(database: Database): mongoose.mongo.Db {
  if (database.db === undefined) throw new Error('the database is not connected yet');
  return database.db;
}
