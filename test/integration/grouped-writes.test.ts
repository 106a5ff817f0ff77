import { mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, connectDatabase, durable, nativeCollection } from '../../models/database.ts';
import { type GroupedWrite, GroupedWrites } from '../../models/grouped-writes.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

type Row = { _id: string; v: number; text?: string };

const duplicateKey = 11_000;
/** A document of one of these is stored; with two it is too large. */
const halfOfTheLimit = 'x'.repeat(9_000_000);

describe.skipIf(isMongoMissing())('writes that come at the same time', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let rows: mongo.Collection<Row>;
  let writes: GroupedWrites<Row>;
  const commands: mongo.CommandStartedEvent[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri, { monitorCommands: true });
    rows = nativeCollection<Row>(database, 'rows');
    database.getClient().on('commandStarted', (event) => commands.push(event));
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    await rows.deleteMany({});
    await rows.insertMany(Array.from({ length: 40 }, (_, index) => ({ _id: `row ${index}`, v: 0 })));
    writes = new GroupedWrites(database.getClient());
    commands.length = 0;
  });

  function insert(document: Row): GroupedWrite<Row> {
    return {
      model: { name: 'insertOne', namespace: rows.namespace, document },
      alone: async () => (await rows.insertOne(document, { writeConcern: durable })).acknowledged,
    };
  }

  function raise(index: number, from: number, more: Partial<Row> = {}): GroupedWrite<Row> {
    const filter = { _id: `row ${index}`, v: from };
    const update = { $set: { v: from + 1, ...more } };
    return {
      model: { name: 'updateOne', namespace: rows.namespace, filter, update },
      alone: async () => (await rows.updateOne(filter, update, { writeConcern: durable })).matchedCount === 1,
    };
  }

  it('are sent at once, and by themselves, when there is no other', async () => {
    expect(await writes.run(raise(1, 0))).toBe(true);
    expect(await writes.run(raise(1, 0))).toBe(false);
    expect(commands.map(({ commandName }) => commandName)).toEqual(['update', 'update']);
  });

  it('share a durable command, and each has its own answer', async () => {
    const stale = new Set([3, 17, 30]);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => writes.run(raise(index, stale.has(index) ? 7 : 0))),
    );
    expect(answers.map((isApplied, index) => (isApplied ? null : index)).filter(Number.isInteger)).toEqual([
      ...stale,
    ]);
    expect(await rows.countDocuments({ v: 1 })).toBe(37);
    expect(commands.filter(({ commandName }) => commandName === 'bulkWrite')).toHaveLength(1);
    for (const { command } of commands.slice(0, 3)) {
      expect(command['writeConcern']).toMatchObject({ w: 'majority', j: true });
    }
  });

  it('share one command also when they come as a list', async () => {
    expect(await writes.runAll([raise(1, 0), raise(2, 7), raise(3, 0)])).toEqual([true, false, true]);
    expect(commands.map(({ commandName }) => commandName)).toEqual(['bulkWrite']);
    expect(await writes.runAll([])).toEqual([]);
  });

  it('of one document from the same version: one is applied', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => writes.run(raise(5, 0))));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect((await rows.findOne({ _id: 'row 5' }))?.v).toBe(1);
  });

  it('fail one by one: what is refused takes nothing else with it', async () => {
    await rows.updateOne({ _id: 'row 9' }, { $set: { text: halfOfTheLimit } });
    const answers = await Promise.allSettled([
      ...[0, 1, 2].map((index) => writes.run(raise(index, 0))),
      writes.run(insert({ _id: 'row 4', v: 0 })),
      writes.run(raise(9, 0, { other: halfOfTheLimit } as Partial<Row>)),
      writes.run(insert({ _id: 'new', v: 0 })),
    ]);
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
    const codes = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
    expect(codes).toEqual([duplicateKey, 17_419]);
    expect(await rows.countDocuments({ $or: [{ v: 1 }, { _id: 'new' }] })).toBe(4);
  });

  it('are written although one of them is too large to be sent at all', async () => {
    const answers = await Promise.allSettled([
      ...[0, 1, 2].map((index) => writes.run(raise(index, 0))),
      writes.run(insert({ _id: 'huge', v: 0, text: `${halfOfTheLimit}${halfOfTheLimit}` })),
      writes.run(raise(4, 0)),
    ]);
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true]);
    expect(await rows.countDocuments({ v: 1 })).toBe(4);
  });

  /** A client that can do nothing but fail to write several things at once. */
  function failing(error: Error): GroupedWrites<Row> {
    const client = { bulkWrite: () => Promise.reject(error) };
    return new GroupedWrites<Row>(client as unknown as mongo.MongoClient);
  }

  it('go one by one to a server that does not know how to take them together', async () => {
    const old = failing(new mongo.MongoServerError({ message: 'no such command', code: 59 }));
    for (const from of [0, 1]) {
      const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => old.run(raise(index, from))));
      expect(answers).toEqual(Array.from({ length: 6 }, () => true));
    }
    expect(await rows.countDocuments({ v: 2 })).toBe(6);
  });

  it('are all in doubt when the connection was lost, and those that come later are not', async () => {
    const lost = new mongo.MongoNetworkError('connection reset');
    const broken = failing(lost);
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => broken.run(raise(index, 0))),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBe(lost);
    expect(await broken.run(raise(7, 0))).toBe(true);
  });
});
