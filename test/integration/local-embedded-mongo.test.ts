import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { identifyProcess } from '../../src/local/process-identity.ts';
import { createLogger } from '../../src/logger.ts';
import type { CompiledBot, KillableBot } from '../support/killable-bot.ts';
import { compileKillableBot, recordedPid } from '../support/killable-bot.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const logger = createLogger('warn');
const toStop: (() => Promise<unknown>)[] = [];
let dataDir: string;

async function start(): Promise<EmbeddedMongo> {
  const started = await startEmbeddedMongo({ dataDir, logger });
  toStop.unshift(started.stop);
  return started;
}

async function withNotes<T>(uri: string, use: (notes: mongo.Collection) => Promise<T>): Promise<T> {
  const client = await mongo.MongoClient.connect(uri);
  try {
    return await use(client.db().collection('notes'));
  } finally {
    await client.close();
  }
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'baton test-'));
});

afterEach(async () => {
  for (const stop of toStop.splice(0)) await stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe.skipIf(isMongoMissing())('the embedded MongoDB', () => {
  it('keeps its data and its address from one start to the next', async () => {
    const first = await start();
    await withNotes(first.uri, (notes) => notes.insertOne({ text: 'kept' }));
    await first.stop();

    const second = await start();

    expect(second.uri).toBe(first.uri);
    expect(await withNotes(second.uri, (notes) => notes.countDocuments({ text: 'kept' }))).toBe(1);
  });

  it('is a replica set of one node that listens on the loopback address alone', async () => {
    const { uri } = await start();

    const client = await mongo.MongoClient.connect(uri);
    toStop.unshift(() => client.close());
    const hello = await client.db('admin').command({ hello: 1 });
    const { parsed } = await client.db('admin').command({ getCmdLineOpts: 1 });

    expect(hello).toMatchObject({ setName: 'baton', isWritablePrimary: true, hosts: [new URL(uri).host] });
    expect(parsed.net).toMatchObject({ bindIp: '127.0.0.1', unixDomainSocket: { enabled: false } });
  });

  it('moves to another port, with its data, when another program has taken its own', async () => {
    const first = await start();
    await withNotes(first.uri, (notes) => notes.insertOne({ text: 'kept' }));
    await first.stop();
    const squatter = createServer((socket) => socket.destroy()).listen(
      Number(new URL(first.uri).port),
      '127.0.0.1',
    );
    await once(squatter, 'listening');
    toStop.unshift(async () => squatter.close());

    const second = await start();

    expect(second.uri).not.toBe(first.uri);
    expect(await withNotes(second.uri, (notes) => notes.countDocuments({ text: 'kept' }))).toBe(1);
  });

  it('refuses data that a running Baton uses, naming its pid, and leaves its mongod alone', async () => {
    const { uri } = await start();

    await expect(startEmbeddedMongo({ dataDir, logger })).rejects.toMatchObject({
      code: 'data-folder-in-use',
      message: expect.stringContaining(`Process ${process.pid} `),
    });

    expect(await withNotes(uri, (notes) => notes.countDocuments())).toBe(0);
  });

  it('names the four ways to a database when it finds no mongod', async () => {
    const starting = startEmbeddedMongo({ dataDir, logger, systemBinary: join(dataDir, 'no-such-mongod') });

    await expect(starting).rejects.toMatchObject({ code: 'no-mongod' });
    for (const way of ['MONGODB_URI', 'MONGOMS_SYSTEM_BINARY', 'omit=optional', 'fastdl.mongodb.org']) {
      await expect(starting).rejects.toThrow(way);
    }
  });

  it('says what mongod said when it does not start', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, 'mongo', 'WiredTiger.turtle'), 'damaged');

    const starting = start();

    await expect(starting).rejects.toMatchObject({ code: 'mongod-failed' });
    await expect(starting).rejects.toThrow(/It said: .+mongod\.log/);
  });
});

describe.skipIf(isMongoMissing())('the embedded MongoDB after kill -9 of the bot', () => {
  let compiled: CompiledBot;
  let bot: KillableBot;

  beforeAll(async () => {
    compiled = await compileKillableBot();
  });

  afterAll(() => compiled.remove());

  it('ends the mongod that was left, and has all that was acknowledged', async () => {
    bot = await compiled.start(dataDir, ['mongo']);
    await withNotes(bot.mongo?.uri ?? '', (notes) => notes.insertOne({ text: 'kept' }));
    const orphanPid = await recordedPid(join(dataDir, 'mongod.process.json'));
    await bot.kill();
    expect(identifyProcess(orphanPid)).not.toBeNull();

    const { uri } = await start();

    expect(identifyProcess(orphanPid)).toBeNull();
    expect(uri).toBe(bot.mongo?.uri);
    expect(await withNotes(uri, (notes) => notes.countDocuments({ text: 'kept' }))).toBe(1);
  });

  it('leaves alone a process that has the pid of the mongod by now', async () => {
    bot = await compiled.start(dataDir, ['mongo']);
    const recordFile = join(dataDir, 'mongod.process.json');
    const record = await readFile(recordFile, 'utf8');
    const orphanPid = await recordedPid(recordFile);
    await bot.kill();
    process.kill(orphanPid, 'SIGKILL');
    const bystander = await compiled.start(await mkdtemp(join(dataDir, 'other-')), []);
    toStop.unshift(bystander.kill);
    await writeFile(recordFile, record.replace(`"pid":${orphanPid}`, `"pid":${bystander.pid}`));

    await start();

    expect(identifyProcess(bystander.pid)).not.toBeNull();
  });
});
