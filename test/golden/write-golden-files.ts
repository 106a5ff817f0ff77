import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { createLogger } from '../../src/logger.ts';
import { createEngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type GoldenFile, readCollections, writeGoldenFile } from './golden-file.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { Stage } from './stage.ts';

/** Writes the golden files that are missing, from what this revision stores. Those that are there stay as they are. */
async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-golden-'));
  const systemBinary = process.env['MONGOMS_SYSTEM_BINARY'] ?? null;
  const mongo = await startEmbeddedMongo({ dataDir, logger: createLogger('warn'), systemBinary });
  try {
    for (const [index, [name, scenario]] of Object.entries(scenarios).entries()) {
      const golden = await play(mongo.uri.replace('/baton?', `/golden_${index}?`), scenario);
      const isNew = await writeGoldenFile(name, golden);
      process.stdout.write(`${isNew ? 'written' : 'kept   '}  ${name}\n`);
    }
  } finally {
    await mongo.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play(uri: string, scenario: Scenario): Promise<GoldenFile> {
  const clock = new ManualClock();
  const bot = await createEngineFixture(uri, { clock });
  const stage = new Stage(bot, clock);
  await scenario.play(stage);
  const collections = await readCollections(bot.database);
  // Without a goodbye, as a bot that is killed: some of them leave work behind.
  await bot.database.close();
  return { about: scenario.about, writtenAt: clock.now(), executionId: stage.executionId, collections };
}

await main();
