import { type Database, connectDatabase } from '../../models/database.ts';
import type { Config } from '../config.ts';
import { AppError, ConflictError } from '../errors.ts';
import { type DataLock, acquireDataLock } from '../local/data-lock.ts';
import { findRunningMongo, startEmbeddedMongo } from '../local/embedded-mongo.ts';
import type { Logger } from '../logger.ts';

export interface OpenDatabase {
  database: Database;
  close(): Promise<void>;
}

/**
 * The database that the configuration names. The embedded one of a bot that runs is used beside it; when
 * no bot runs, it is started, and ended by `close`.
 *
 * @throws AppError that says what to do
 */
export async function openOperatorDatabase(config: Config, logger: Logger): Promise<OpenDatabase> {
  if (config.database.kind === 'uri') return connect(config.database.uri);
  const lock = await lockOrNull(config.dataDir);
  return lock === null ? connectToRunning(config.dataDir) : startOwn(config, logger, lock);
}

async function lockOrNull(dataDir: string): Promise<DataLock | null> {
  try {
    return await acquireDataLock(dataDir);
  } catch (error) {
    if (error instanceof ConflictError && error.code === 'data-folder-in-use') return null;
    throw error;
  }
}

async function connect(uri: string): Promise<OpenDatabase> {
  const database = await connectDatabase(uri);
  return { database, close: () => database.close() };
}

async function connectToRunning(dataDir: string): Promise<OpenDatabase> {
  const uri = await findRunningMongo(dataDir);
  try {
    if (uri !== null) return await connect(uri);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  throw new AppError(
    'database-unreachable',
    503,
    `Baton is using the data folder ${dataDir}, and its database does not answer. If it is just starting, try again in a moment; else stop it and try again.`,
  );
}

async function startOwn(config: Config, logger: Logger, lock: DataLock): Promise<OpenDatabase> {
  const stops: (() => Promise<unknown>)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const { dataDir, local } = config;
    const mongo = await startEmbeddedMongo({ dataDir, logger, systemBinary: local.mongodBinary });
    stops.push(() => mongo.stop());
    const database = await connectDatabase(mongo.uri);
    stops.push(() => database.close());
    return { database, close };
  } catch (error) {
    await close();
    throw error;
  }
}
