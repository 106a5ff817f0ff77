import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { findFreePort } from '../../../src/local/free-port.ts';
import { type HelperProcess, startHelper } from '../../../src/local/helper-process.ts';
import { findMongod } from '../../../src/local/mongod-binary.ts';
import { createLogger } from '../../../src/logger.ts';

/** One mongod that a test may stop, wake and kill. */
export interface TestMember {
  port: number;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  /** SIGCONT */
  resume(): void;
  /** SIGKILL */
  kill(): void;
}

/** A replica set of one test's own, on the loopback interface. */
export interface TestReplicaSet {
  /** Names the database `baton`. */
  uri: string;
  members: TestMember[];
  primary(): Promise<TestMember>;
  stop(): Promise<void>;
}

interface Started extends TestMember {
  isPaused(): boolean;
  helper: HelperProcess;
  folder: string;
}

export interface TestReplicaSetOptions {
  members: 1 | 3;
  /** How long the others wait for a silent primary, in milliseconds. Default 10,000, as MongoDB's own. */
  electionTimeoutMs?: number;
}

const setName = 'faults';
const readyWithinMs = 45_000;
/** The run's global setup ends what a killed run left in folders that begin so. */
const folderPrefix = 'baton-test-mongo-';

/** Starts the members and waits until all of them can be written to a majority. */
export async function startTestReplicaSet(options: TestReplicaSetOptions): Promise<TestReplicaSet> {
  const systemBinary = process.env.MONGOMS_SYSTEM_BINARY ?? null;
  const binary = await findMongod({ systemBinary, logger: createLogger('warn') });
  const members: Started[] = [];
  const stop = (): Promise<void> => stopAll(members);
  try {
    for (let index = 0; index < options.members; index += 1) members.push(await startMember(binary));
    await initiate(members, options.electionTimeoutMs ?? 10_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const hosts = members.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    uri: `mongodb://${hosts}/baton?replicaSet=${setName}`,
    members,
    primary: () => findPrimary(members),
    stop,
  };
}

async function startMember(binary: string): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  const port = await findFreePort();
  const helper = await startHelper({
    name: 'a MongoDB for fault tests',
    binary,
    args: [
      ['--replSet', setName, '--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'],
      ['--nounixsocket', '--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '256'],
      ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ].flat(),
    cwd: folder,
    logFile: join(folder, 'mongod.log'),
    recordFile: join(folder, 'mongod.process.json'),
    graceMs: 8_000,
  });
  let isPaused = false;
  const send = (signal: NodeJS.Signals): void => {
    if (helper.exitReason() === null) process.kill(helper.pid, signal);
    isPaused = signal === 'SIGSTOP';
  };
  return {
    port,
    helper,
    folder,
    isPaused: () => isPaused,
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    kill: () => send('SIGKILL'),
  };
}

async function initiate(members: readonly Started[], electionTimeoutMillis: number): Promise<void> {
  const config = {
    _id: setName,
    members: members.map(({ port }, _id) => ({ _id, host: `127.0.0.1:${port}` })),
    settings: {
      electionTimeoutMillis,
      heartbeatIntervalMillis: Math.min(2_000, electionTimeoutMillis / 4),
      heartbeatTimeoutSecs: Math.ceil(electionTimeoutMillis / 1_000),
    },
  };
  const [first] = members;
  if (first === undefined) return;
  await whenAnswers(first, (admin) => admin.command({ replSetInitiate: config }));
  await whenAnswers(first, async (admin) => {
    const status = await admin.command({ replSetGetStatus: 1 });
    const states: string[] = status.members.map(({ stateStr }: { stateStr: string }) => stateStr);
    const isReady =
      states.filter((state) => state === 'PRIMARY').length === 1 &&
      states.every((state) => state === 'PRIMARY' || state === 'SECONDARY');
    if (!isReady) throw new Error(`the members are ${states.join(', ')}`);
    await findPrimary(members);
  });
}

async function findPrimary(members: readonly Started[]): Promise<TestMember> {
  for (const member of members) {
    if (member.helper.exitReason() !== null || member.isPaused()) continue;
    const hello = await askMember(member, (admin) => admin.command({ hello: 1 }));
    if (hello.isWritablePrimary === true) return member;
  }
  throw new Error('no member is the primary');
}

/** Asks again until it works. */
async function whenAnswers(member: Started, ask: (admin: mongo.Db) => Promise<unknown>): Promise<void> {
  const endAtMs = performance.now() + readyWithinMs;
  for (;;) {
    try {
      await askMember(member, ask);
      return;
    } catch (error) {
      const ended = member.helper.exitReason();
      if (ended !== null) throw new Error(`mongod: ${ended}\n${member.helper.output().slice(-2_000)}`);
      if (performance.now() > endAtMs) throw error;
      await delay(50);
    }
  }
}

async function askMember<T>(member: Started, ask: (admin: mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${member.port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  });
  try {
    return await ask(client.db('admin'));
  } finally {
    await client.close();
  }
}

/** What is in the folders is of no use to anybody. */
async function stopAll(members: readonly Started[]): Promise<void> {
  for (const member of members) {
    member.kill();
    await member.helper.stop();
    await rm(member.folder, { recursive: true, force: true });
  }
}
