import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, connectDatabase } from '../../models/database.ts';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { definition, human, started } from '../support/builders.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faults-db/faulty-proxy.ts';
import { seededRandom } from '../support/faults-db/seeded-random.ts';
import { type TestReplicaSet, startTestReplicaSet } from '../support/faults-db/test-replica-set.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('the log on a connection that breaks', () => {
  let mongo: TestReplicaSet;
  let proxy: FaultyProxy;
  let database: Database;

  beforeAll(async () => {
    mongo = await startTestReplicaSet({ members: 1 });
    proxy = await startFaultyProxy(mongo.members[0]?.port ?? 0, seededRandom(1));
    const uri = `mongodb://127.0.0.1:${proxy.port}/baton?directConnection=true`;
    database = await connectDatabase(uri, { serverSelectionTimeoutMs: 500 });
  });
  afterAll(async () => {
    await database.close();
    await proxy.close();
    await mongo.stop();
  });

  it('never takes events for stored that may not be', async () => {
    const store = createMongoEventStore(database);
    const { events } = started(definition([human('ok')]));
    const executionId = deriveId('execution', 1);
    proxy.resetShare(1);
    await expect(store.append(events)).rejects.toThrow();
    proxy.resetShare(0);
    await store.append(events);
    await store.append(events);
    expect(await store.list(executionId)).toEqual(events);
  });
});
