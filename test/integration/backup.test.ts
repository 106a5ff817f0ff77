import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase, restoreDatabase } from '../../models/backup.ts';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { runVerifyAudit } from '../../src/operator/run-verify-audit.ts';
import { type AccessStage, createAccessStage } from '../support/access-stage.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('a backup', () => {
  let testDatabase: TestDatabase;
  let emptyDatabase: TestDatabase;
  let api: HttpFixture;
  let stage: AccessStage;
  let restored: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    emptyDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    stage = await createAccessStage(api);
    restored = await connectDatabase(emptyDatabase.uri);
  });
  afterAll(async () => {
    await api.close();
    await restored.close();
    await testDatabase.drop();
    await emptyDatabase.drop();
  });

  async function contentOf(database: Database): Promise<Record<string, unknown[]>> {
    const db = nativeDb(database);
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    const content: Record<string, unknown[]> = {};
    for (const name of names.toSorted((left, right) => left.localeCompare(right))) {
      const documents = await db.collection(name).find().sort({ _id: 1 }).toArray();
      if (documents.length > 0 && !name.startsWith('system.')) content[name] = documents;
    }
    return content;
  }

  it('has everything as it was at one moment, though people go on meanwhile, and is put back as it was', async () => {
    await api.engine.idle();
    const before = await contentOf(api.database);
    const lines: string[] = [];
    for await (const line of dumpDatabase(api.database)) {
      if (lines.length === 1) await stage.startTask('org-workflow');
      lines.push(line.trimEnd());
    }
    const count = await restoreDatabase(restored, from(lines));
    expect(count).toBe(lines.length);
    expect(await contentOf(restored)).toEqual(before);
    const report: string[] = [];
    const print = (line: string): void => void report.push(line);
    expect(await runVerifyAudit({ database: restored, orgId: null, print })).toBe(true);
    expect(report).toHaveLength(2);
  });

  it('is worked on where it was put back: the keys, tasks and definitions are there', async () => {
    const again = await createHttpFixture(emptyDatabase.uri);
    const { status, body } = await again.ask(
      'POST',
      `/api/workflows/executions/${stage.taskIds['org-task']}/cancel`,
      { body: { reason: 'restored' } },
    );
    expect([status, body['status']]).toEqual([200, 'CANCELLED']);
    await again.close();
  });

  it('overwrites nothing', async () => {
    await expect(restoreDatabase(api.database, from([]))).rejects.toThrow(/has something in it already/);
  });
});

async function* from(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}
