import { parseArgs } from 'node:util';
import { loadConfig, readEnvironment } from '../config.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { openOperatorDatabase } from './open-operator-database.ts';
import { runVerifyAudit } from './run-verify-audit.ts';

/** `npm run verify-audit [-- --org <id>]`: exits with 0 when every chain is intact, with 1 when one is broken. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { org: { type: 'string' } } });
  const opened = await openOperatorDatabase(
    loadConfig(readEnvironment()),
    createLogger('error', process.stderr),
  );
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const { database } = opened;
    const areIntact = await runVerifyAudit({ database, orgId: values.org ?? null, print });
    process.exitCode = areIntact ? 0 : 1;
  } finally {
    await opened.close();
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof AppError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  process.exitCode = 2;
}
