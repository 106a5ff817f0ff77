import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { systemClock } from '../clock.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { createOrgServices } from '../composition/create-org-services.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { openOperatorDatabase } from './open-operator-database.ts';
import { parseKeysCommand } from './parse-keys-command.ts';
import { runKeys } from './run-keys.ts';

/** `npm run keys`. */
async function main(): Promise<void> {
  const command = parseKeysCommand(process.argv.slice(2));
  const config = loadConfig(readEnvironment());
  const logger = createLogger('error', process.stderr);
  const opened = await openOperatorDatabase(config, logger);
  const { database } = opened;
  try {
    await ensureIndexes(database);
    const clock = systemClock;
    const newId = (): string => new mongoose.Types.ObjectId().toHexString();
    const newSecret = (): string => randomBytes(32).toString('base64url');
    const org = createOrgServices({ database, accounts: null, clock, newId, newSecret, logger });
    const tell = (line: string): void => void process.stderr.write(`${line}\n`);
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    await runKeys({ database, org, clock, tell, print }, command);
  } finally {
    await opened.close();
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof AppError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  process.exitCode = 1;
}
