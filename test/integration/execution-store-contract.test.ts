import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, connectDatabase, nativeCollection } from '../../models/database.ts';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import { MemoryEventStore } from '../support/simulation/memory-event-store.ts';
import { MemoryExecutionStore } from '../support/simulation/memory-execution-store.ts';
import { describeEventStore } from '../support/store-contract/describe-event-store.ts';
import { describeExecutionStore } from '../support/store-contract/describe-execution-store.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

describe('in memory', () => {
  describeExecutionStore(async () => new MemoryExecutionStore());
  describeEventStore(async () => new MemoryEventStore());
});

describe.skipIf(isMongoMissing())('in MongoDB', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri);
    await ensureIndexes(database);
  });
  beforeEach(async () => {
    await nativeCollection(database, 'executions').deleteMany({});
    await nativeCollection(database, 'events').deleteMany({});
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  describeExecutionStore(async () => new MongoExecutionStore(database));
  describeEventStore(async () => createMongoEventStore(database));

  it('starts each test empty', async () => {
    expect(await nativeCollection(database, 'executions').countDocuments()).toBe(0);
  });
});
