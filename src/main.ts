import { startApp } from './app.ts';
import { loadConfig, readEnvironment } from './config.ts';
import { AppError } from './errors.ts';
import { createLogger } from './logger.ts';
import { startBanner } from './composition/start-banner.ts';

/** A stop that takes longer than this is cut off. */
const maxStopMs = 10_000;

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const logger = createLogger(config.logLevel);
  const app = await startApp(config, logger);
  if (config.mode === 'local') process.stdout.write(startBanner(app, config));
  else logger.info({ publicUrl: app.publicUrl }, 'Baton is running');

  let isStopping = false;
  const stop = (signal: string): void => {
    // A second signal means: now.
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), maxStopMs).unref();
    void app.stop().finally(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
}

/** What a person can mend is told in one message; anything else comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`Baton cannot start. ${explain(error)}\n`);
  process.exit(1);
}
