import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dumpDatabase, explainDumpError, restoreDatabase } from '../../models/backup.ts';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { restoreBackup, saveBackup } from '../../src/operator/run-backup.ts';
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

  describe('in a file', () => {
    let folder: string;
    let emptied: Database;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'baton-backup-'));
      emptied = await connectDatabase(emptyDatabase.uri);
    });
    beforeEach(() => nativeDb(emptied).dropDatabase());
    afterAll(async () => {
      await emptied.close();
      await rm(folder, { recursive: true });
    });

    it('is readable by its owner only, and put back as it was', async () => {
      const path = join(folder, 'whole.gz');
      await saveBackup(api.database, path);
      expect((await stat(path)).mode & 0o077).toBe(0);
      await restoreBackup(emptied, path);
      expect(await contentOf(emptied)).toEqual(await contentOf(api.database));
    });

    it('is not overwritten', async () => {
      const path = join(folder, 'earlier.gz');
      await writeFile(path, 'earlier');
      await expect(saveBackup(api.database, path)).rejects.toThrow(/not overwritten/);
      expect(await readFile(path, 'utf8')).toBe('earlier');
    });

    it('is not left half when it fails', async () => {
      const gone = await connectDatabase(testDatabase.uri);
      await gone.close();
      const path = join(folder, 'half.gz');
      await expect(saveBackup(gone, path)).rejects.toThrow();
      expect(existsSync(path)).toBe(false);
    });

    it('that is cut short, or none, is told', async () => {
      const path = join(folder, 'cut.gz');
      await saveBackup(api.database, path);
      await truncate(path, Math.floor((await stat(path)).size / 2));
      await expect(restoreBackup(emptied, path)).rejects.toThrow(/cut short or damaged/);
      await writeFile(path, 'no backup');
      await nativeDb(emptied).dropDatabase();
      await expect(restoreBackup(emptied, path)).rejects.toThrow(/cut short or damaged/);
      await expect(restoreBackup(emptied, join(folder, 'none.gz'))).rejects.toThrow(/ENOENT/);
    });
  });
});

describe('a backup that takes too long', () => {
  it('says how to let the database keep what was for longer', () => {
    const message = 'Read timestamp is older than the oldest available timestamp.';
    const tooOld = new mongoose.mongo.MongoServerError({ code: 239, message });
    expect(explainDumpError(tooOld)).toMatchObject({
      code: 'snapshot-too-old',
      message: expect.stringContaining('minSnapshotHistoryWindowInSeconds'),
    });
    const other = new Error('other');
    expect(explainDumpError(other)).toBe(other);
  });
});

async function* from(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}
