import type { Database } from '../../models/database.ts';
import { type Config, loadConfig, readEnvironment } from '../config.ts';
import { type Logger, createLogger } from '../logger.ts';
import { openOperatorDatabase } from './open-operator-database.ts';

/** What an operator's command works with. */
export interface OperatorContext {
  config: Config;
  database: Database;
  logger: Logger;
  /** What was asked for. */
  print: (line: string) => void;
  /** What is said beside it, to whoever reads along. */
  tell: (line: string) => void;
}

/** With the database that the environment names. @throws as `openOperatorDatabase` */
export async function withOperatorDatabase(
  run: (context: OperatorContext) => Promise<number>,
): Promise<number> {
  const config = loadConfig(readEnvironment());
  const logger = createLogger('error', process.stderr);
  const opened = await openOperatorDatabase(config, logger);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    return await run({ config, database: opened.database, logger, print, tell });
  } finally {
    await opened.close();
  }
}
