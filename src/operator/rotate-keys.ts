import { loadConfig, readEnvironment } from '../config.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { openOperatorDatabase } from './open-operator-database.ts';
import { rotateKeys } from './run-rotate-keys.ts';
import { startSecretBox } from '../composition/start-secret-box.ts';

/** `npm run rotate-keys`: exits with 0 when everything is encrypted with the first of ENCRYPTION_KEYS. */
async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const logger = createLogger('error', process.stderr);
  const opened = await openOperatorDatabase(config, logger);
  try {
    const { resealed, current, changed } = await rotateKeys(
      opened.database,
      await startSecretBox(config, logger),
    );
    process.stdout.write(
      `${resealed} secrets were encrypted anew with the first key; ${current} were already. ${
        changed === 0
          ? 'The other keys may be taken out of ENCRYPTION_KEYS.'
          : `${changed} were changed meanwhile: run it again.`
      }\n`,
    );
    process.exitCode = changed === 0 ? 0 : 1;
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
