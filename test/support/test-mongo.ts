import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { inject } from 'vitest';

/** What the run's global setup found. */
export type TestMongo = { uri: string } | { missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    testMongo: TestMongo;
  }
}

/** A database of one test file's own. */
export interface TestDatabase {
  /** Names the database. */
  uri: string;
  dbName: string;
  drop: () => Promise<void>;
}

/** For `describe.skipIf(isMongoMissing())`. On CI never true: there the whole run fails instead. */
export function isMongoMissing(): boolean {
  return 'missing' in inject('testMongo');
}

/** A new, empty database on the run's MongoDB. Drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const found = inject('testMongo');
  if ('missing' in found) throw new Error(found.missing);
  const dbName = `baton_test_${randomBytes(6).toString('hex')}`;
  const uri = withDatabase(found.uri, dbName);
  return {
    uri,
    dbName,
    drop: async () => {
      const client = await mongo.MongoClient.connect(uri);
      try {
        await client.db(dbName).dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}

function withDatabase(uri: string, dbName: string): string {
  const [, server, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  if (server === undefined) throw new Error('MONGODB_URI_TEST is not a MongoDB URI');
  return `${server}/${dbName}${options}`;
}
