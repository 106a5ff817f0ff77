import { findFreePort } from '../../src/local/free-port.ts';
import { acquireDataLock } from '../../src/local/data-lock.ts';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { startLocalSlack } from '../../src/local/local-slack.ts';
import { createLogger } from '../../src/logger.ts';

/**
 * A program for tests that need a second process to kill: it takes the data folder that is its first
 * argument, starts the services named after it, prints one line of JSON and stays.
 */
const [dataDir = '', ...services] = process.argv.slice(2);
const logger = createLogger('warn');
await acquireDataLock(dataDir);
const mongo = services.includes('mongo') ? await startEmbeddedMongo({ dataDir, logger }) : null;
const slack = services.includes('slack')
  ? await startLocalSlack({ dataDir, logger, port: await findFreePort() })
  : null;
console.log(JSON.stringify({ mongo, slack }));
setInterval(() => {}, 60_000);
