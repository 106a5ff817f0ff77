import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { TestProject } from 'vitest/node';
import { AppError, ConflictError } from '../../src/errors.ts';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { endOrphan } from '../../src/local/helper-process.ts';
import { createLogger } from '../../src/logger.ts';
import type { TestMongo } from './test-mongo.ts';

const FOLDER_PREFIX = 'baton-test-mongo-';
const logger = createLogger('warn');

/**
 * One MongoDB for the whole run: `MONGODB_URI_TEST`, else an embedded one in a temporary folder. Where
 * none can be had the run fails on CI; elsewhere the tests that need one are skipped.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const { mongo, stop } = await startTestMongo();
  project.provide('testMongo', mongo);
  return stop;
}

async function startTestMongo(): Promise<{ mongo: TestMongo; stop: () => Promise<void> }> {
  const given = process.env.MONGODB_URI_TEST;
  if (given) return { mongo: { uri: given }, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  const removeData = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  try {
    const systemBinary = process.env.MONGOMS_SYSTEM_BINARY ?? null;
    const { uri, stop } = await startEmbeddedMongo({ dataDir, logger, systemBinary });
    await forgetDropsSoon(uri);
    await keepWhatLooksExpired(uri);
    return {
      mongo: { uri },
      stop: async () => {
        await stop();
        await removeData();
      },
    };
  } catch (error) {
    await removeData();
    if (process.env.CI || !(error instanceof AppError) || error.code !== 'no-mongod') throw error;
    console.warn(`Tests that need MongoDB are skipped. ${error.message}`);
    return { mongo: { missing: error.message }, stop: async () => {} };
  }
}

/**
 * A replica set keeps the files of dropped collections as long as snapshots, five minutes. The tests drop so many that
 * mongod would have more files open than the system allows, and abort. Half a minute is long enough for a backup.
 */
async function forgetDropsSoon(uri: string): Promise<void> {
  await setParameters(uri, { minSnapshotHistoryWindowInSeconds: 30, syncdelay: 5 });
}

/**
 * Tests set the clock, mostly to a day that is long past; once a minute mongod, which goes by its own, would delete what
 * they have just stored with a time to live.
 */
async function keepWhatLooksExpired(uri: string): Promise<void> {
  await setParameters(uri, { ttlMonitorEnabled: false });
}

async function setParameters(uri: string, parameters: Record<string, number | boolean>): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const admin = connection.getClient().db('admin');
    for (const [name, value] of Object.entries(parameters)) {
      await admin.command({ setParameter: 1, [name]: value });
    }
  } finally {
    await connection.close();
  }
}

/** A run that was killed leaves its mongod behind. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((text) => text.startsWith(FOLDER_PREFIX))) {
    const folder = join(tmpdir(), name);
    const recordFile = join(folder, 'mongod.process.json');
    if (!existsSync(recordFile)) continue;
    try {
      await endOrphan({ name: 'the test MongoDB', recordFile, graceMs: 8_000, logger });
    } catch (error) {
      // Another run is using it.
      if (error instanceof ConflictError) continue;
      throw error;
    }
    await rm(folder, { recursive: true, force: true });
  }
}
