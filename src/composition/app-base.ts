import type { Database } from '../../models/database.ts';
import type { OrgStore } from '../../models/org.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { LocalServices } from '../local/local-services.ts';
import type { Logger } from '../logger.ts';
import type { Meters } from './start-metrics.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Stoppers } from './stoppers.ts';

/** What every part is made with. */
export interface AppBase {
  config: Config;
  logger: Logger;
  clock: Clock;
  stoppers: Stoppers;
  local: LocalServices;
  database: Database;
  orgs: OrgStore;
  meters: Meters;
  /** Keeps secrets encrypted in the database. */
  box: SecretBox;
  /** The port that will be listened on. */
  port: number;
  /** How the outside reaches the bot. */
  publicUrl: string;
}
