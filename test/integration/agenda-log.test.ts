import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgenda } from '../../jobs/create-agenda.ts';
import { connectDatabase, type Database } from '../../models/database.ts';
import { createLogger } from '../../src/logger.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('agenda, while it cannot reach the database', () => {
  let test: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    database = await connectDatabase(test.uri);
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('says so once, and not at every look for jobs, and tells each to whom it matters', async () => {
    const lines: string[] = [];
    let told = 0;
    const logger = createLogger('warn', { write: (line: string) => lines.push(line) });
    const agenda = createAgenda(database, logger, () => void (told += 1));
    await agenda.ready;
    for (let look = 0; look < 20; look += 1) agenda.emit('error', new Error('connection timed out'));
    expect(told).toBe(20);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        msg: 'agenda could not reach the database; it tries again',
        err: expect.objectContaining({ message: 'connection timed out' }),
      }),
    ]);
  });
});
