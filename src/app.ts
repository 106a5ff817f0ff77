import { randomBytes } from 'node:crypto';
import { startJobs } from '../jobs/start-jobs.ts';
import { connectDatabase } from '../models/database.ts';
import { ensureIndexes } from '../models/ensure-indexes.ts';
import { createOrgStore } from '../models/org.ts';
import { repairOverdue } from '../models/overdue-repair.ts';
import { releaseAll } from '../models/release-all.ts';
import type { AppBase } from './composition/app-base.ts';
import { systemClock } from './clock.ts';
import { type Config, publicUrlOf } from './config.ts';
import { findOrg } from './composition/find-org.ts';
import { findFreePort } from './local/free-port.ts';
import { type LocalServices, startLocalServices } from './local/local-services.ts';
import type { Logger } from './logger.ts';
import { makeSlackApp } from './composition/make-slack-app.ts';
import { newId } from './composition/new-id.ts';
import { serveOrgs } from './composition/serve-orgs.ts';
import { slackSideOf } from './composition/slack-side.ts';
import { startCore } from './composition/start-core.ts';
import { startHttp } from './composition/start-http.ts';
import { startSecretBox } from './composition/start-secret-box.ts';
import { createMeters } from './composition/start-metrics.ts';
import { Stoppers } from './composition/stoppers.ts';

/** What is running, for whoever tells the person about it. */
export interface RunningApp {
  publicUrl: string;
  /** The key that was made because none was configured; null when one was. It lives as long as the process. */
  generatedAdminKey: string | null;
  orgId: string;
  local: LocalServices;
  /** False when there is no Slack to speak to. */
  hasSlack: boolean;
  /** Takes no new work, finishes what was begun, gives leases back; within ten seconds. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * The composition root: database, engine, jobs, Slack and HTTP, in this order. When one of them cannot
 * start, those before it are stopped again.
 *
 * @throws AppError that says what is wrong
 */
export async function startApp(config: Config, logger: Logger): Promise<RunningApp> {
  const stoppers = new Stoppers();
  try {
    const base = await startBase(config, logger, stoppers);
    return await startParts(base);
  } catch (error) {
    await stoppers.stop(logger);
    throw error;
  }
}

async function startBase(config: Config, logger: Logger, stoppers: Stoppers): Promise<AppBase> {
  const local = await startLocalServices(config, logger);
  stoppers.add(() => local.stop());
  const database = await connectDatabase(local.mongoUri);
  stoppers.add(() => database.close());
  await ensureIndexes(database);
  // Not waited for: nothing but the order of the board needs it.
  repairOverdue(database, systemClock.now()).catch((error: unknown) => {
    logger.warn(
      { err: error },
      'overdue tasks may stand in the wrong place on the board until the next start',
    );
  });
  // The data lock says that nobody else can be using an embedded database.
  if (config.database.kind === 'embedded') await releaseAll(database, systemClock.now());
  const clock = systemClock;
  const meters = createMeters(database, clock, logger);
  const port = config.http.port === 0 ? await findFreePort() : config.http.port;
  const address = { port, publicUrl: publicUrlOf(config.http, port) };
  const orgs = createOrgStore(database);
  const box = await startSecretBox(config, logger);
  return { config, logger, clock, stoppers, local, database, orgs, meters, box, ...address };
}

async function startParts(base: AppBase): Promise<RunningApp> {
  const { config, logger, local, stoppers, database, clock, publicUrl } = base;
  const slack = slackSideOf(base);
  const org = await findOrg({ ...base, newId }, slack?.single ?? null);
  await serveOrgs(base, slack, org.id);
  const core = await startCore(base, slack, org.id);
  const { leaseMs } = config;
  const deliveries = core.webhooks.worker;
  const orgIds = async (): Promise<string[]> => (await base.orgs.list()).map(({ id }) => id);
  const jobParts = { ...core, database, deliveries, starting: { ...core, orgIds } };
  const jobs = await startJobs({ ...jobParts, leaseMs, clock, logger });
  core.announcer.connect((ticket) => jobs.announceRun(ticket));
  stoppers.add(() => jobs.stop());
  const slackApp = slack === null ? null : makeSlackApp(base, core, slack);
  const isConfigured = config.adminKey !== null || config.mode === 'production';
  const generatedAdminKey = isConfigured ? null : randomBytes(24).toString('base64url');
  const adminKey = config.adminKey ?? generatedAdminKey;
  await startHttp(base, { ...core, slack }, jobs, slackApp, org.id, adminKey);
  await slackApp?.start();
  const stop = (): Promise<void> => stoppers.stop(logger);
  return { publicUrl, generatedAdminKey, orgId: org.id, local, hasSlack: slack !== null, stop };
}
