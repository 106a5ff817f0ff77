import { setTimeout as delay } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { z } from 'zod';
import { FatalError } from '../errors.ts';

export const REPLICA_SET_NAME = 'baton';

const POLL_MS = 25;
const PASSING_CODES = new Set([
  'AlreadyInitialized',
  'NotYetInitialized',
  'ConfigurationInProgress',
  'InterruptedDueToReplStateChange',
]);
/** Short, since another program on the port may accept the connection and never answer. */
const CONNECT_ATTEMPT_MS = 1_000;

/** What of a replica set's configuration is read; the rest passes through unchanged. */
const ReplicaSetConfig = z.looseObject({
  version: z.number(),
  members: z.array(z.looseObject({ host: z.string() })),
});

export interface MemberOptions {
  /** Where the mongod listens on 127.0.0.1. */
  port: number;
  pid: number;
  timeoutMs: number;
  /** Why the mongod has ended, `null` while it runs: waiting for it then has no sense. */
  exitReason: () => string | null;
}

/**
 * Makes the mongod the only member, and the primary, of its replica set: a new one is initiated, and
 * one whose data says another port is reconfigured by force.
 *
 * @throws {FatalError} if the mongod ends, or is not primary within `timeoutMs`.
 */
export async function makePrimary(options: MemberOptions): Promise<void> {
  const host = `127.0.0.1:${options.port}`;
  const endAtMs = performance.now() + options.timeoutMs;
  const check = (): void => {
    const reason = options.exitReason();
    if (reason !== null) throw new FatalError(`mongod did not start: ${reason}`, { code: 'mongod-ended' });
    if (performance.now() > endAtMs) {
      throw new FatalError(`mongod was not ready within ${options.timeoutMs / 1000} s`, {
        code: 'mongod-slow',
      });
    }
  };
  const client = await connect(host, check);
  try {
    const admin = client.db('admin');
    await checkIsOurs(admin, options.pid);
    while (!(await isPrimary(admin, host))) {
      check();
      await delay(POLL_MS);
    }
  } finally {
    await client.close();
  }
}

async function connect(host: string, check: () => void): Promise<mongo.MongoClient> {
  for (;;) {
    check();
    const client = new mongo.MongoClient(`mongodb://${host}/?directConnection=true`, {
      serverSelectionTimeoutMS: CONNECT_ATTEMPT_MS,
      connectTimeoutMS: CONNECT_ATTEMPT_MS,
    });
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      if (!(error instanceof mongo.MongoServerSelectionError)) throw error;
    }
  }
}

/** Another mongod may have taken the port before ours did. */
async function checkIsOurs(admin: mongo.Db, pid: number): Promise<void> {
  const status = await admin.command({ serverStatus: 1 });
  if (Number(status.pid) !== pid) {
    throw new FatalError('another mongod listens on the port', { code: 'mongod-port-taken' });
  }
}

/** Configures the replica set where it is not; `false` while it has to be looked at again. */
async function isPrimary(admin: mongo.Db, host: string): Promise<boolean> {
  try {
    await configure(admin, host);
    const hello = await admin.command({ hello: 1 });
    return hello.isWritablePrimary === true;
  } catch (error) {
    if (isPassing(error)) return false;
    throw error;
  }
}

async function configure(admin: mongo.Db, host: string): Promise<void> {
  const config = await readConfig(admin);
  if (config === null) {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET_NAME, members: [{ _id: 0, host }] } });
    return;
  }
  const [member, ...others] = config.members;
  if (member?.host === host && others.length === 0) return;
  const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
  await admin.command({ replSetReconfig: moved, force: true });
}

/**
 * A mongod that has just started accepts commands before it has read its configuration from disk, and
 * drops its connections when it finds that it is not the member that the configuration names. It asks
 * for itself at that member's address first: up to 30 s if another program there keeps silent.
 */
function isPassing(error: unknown): boolean {
  if (error instanceof mongo.MongoServerError) return PASSING_CODES.has(error.codeName ?? '');
  return error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError;
}

/** `null` for a data folder that has never been in a replica set. */
async function readConfig(admin: mongo.Db): Promise<z.infer<typeof ReplicaSetConfig> | null> {
  try {
    return ReplicaSetConfig.parse((await admin.command({ replSetGetConfig: 1 })).config);
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.codeName === 'NotYetInitialized') return null;
    throw error;
  }
}
