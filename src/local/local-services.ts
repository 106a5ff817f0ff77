import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { acquireDataLock } from './data-lock.ts';
import { startEmbeddedMongo } from './embedded-mongo.ts';
import { type LocalSlack, startLocalSlack } from './local-slack.ts';

/** What the bot started itself because it was not configured. */
export interface LocalServices {
  mongoUri: string;
  /** Null when a real Slack is configured, or when the local one cannot run here. */
  slack: LocalSlack | null;
  /** Why the local Slack cannot run, in plain words; null when it runs or is not wanted. */
  slackUnavailable: string | null;
  /** Ends what was started and gives the data folder back. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded database and the local Slack workspace, as far as the configuration leaves them out.
 *
 * @throws ConflictError when another Baton uses the data folder; AppError when no database can be had
 */
export async function startLocalServices(config: Config, logger: Logger): Promise<LocalServices> {
  const needsMongo = config.database.kind === 'embedded';
  const needsSlack = config.slack.kind === 'local';
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    if (needsMongo || needsSlack) {
      const lock = await acquireDataLock(config.dataDir);
      stops.push(() => lock.release());
    }
    const mongoUri = await startMongo(config, logger, stops);
    const slack = needsSlack ? await startSlack(config, logger, stops) : null;
    return {
      mongoUri,
      slack: slack !== null && 'url' in slack ? slack : null,
      slackUnavailable: slack !== null && 'unavailable' in slack ? slack.unavailable : null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMongo(
  config: Config,
  logger: Logger,
  stops: (() => Promise<unknown>)[],
): Promise<string> {
  if (config.database.kind === 'uri') return config.database.uri;
  const mongo = await startEmbeddedMongo({
    dataDir: config.dataDir,
    logger,
    systemBinary: config.local.mongodBinary,
  });
  stops.push(() => mongo.stop());
  return mongo.uri;
}

async function startSlack(
  config: Config,
  logger: Logger,
  stops: (() => Promise<unknown>)[],
): Promise<LocalSlack | { unavailable: string }> {
  const slack = await startLocalSlack({ dataDir: config.dataDir, logger, port: config.local.slackPort });
  if ('url' in slack) stops.push(() => slack.stop());
  return slack;
}
