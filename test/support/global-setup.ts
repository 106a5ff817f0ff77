import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { AppError } from '../../src/errors.ts';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { createLogger } from '../../src/logger.ts';
import type { TestMongo } from './test-mongo.ts';

/**
 * One MongoDB for the whole run: `MONGODB_URI_TEST`, else an embedded one in a temporary folder. Where
 * none can be had the run fails on CI; elsewhere the tests that need one are skipped.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { mongo, stop } = await startTestMongo();
  project.provide('testMongo', mongo);
  return stop;
}

async function startTestMongo(): Promise<{ mongo: TestMongo; stop: () => Promise<void> }> {
  const given = process.env.MONGODB_URI_TEST;
  if (given) return { mongo: { uri: given }, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-test-'));
  const removeData = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  try {
    const systemBinary = process.env.MONGOMS_SYSTEM_BINARY ?? null;
    const { uri, stop } = await startEmbeddedMongo({ dataDir, logger: createLogger('warn'), systemBinary });
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
