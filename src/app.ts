import { randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { type Jobs, startJobs } from '../jobs/start-jobs.ts';
import { type Database, connectDatabase } from '../models/database.ts';
import { createIdempotencyStore } from '../models/idempotency.ts';
import { ensureIndexes } from '../models/ensure-indexes.ts';
import { createMongoEventStore } from '../models/mongo-event-store.ts';
import { createHomeViewers } from '../models/home-viewer.ts';
import { MongoExecutionStore } from '../models/mongo-execution-store.ts';
import { type OrgStore, createOrgStore } from '../models/org.ts';
import { releaseAll } from '../models/release-all.ts';
import { createSlackDeliveries } from '../models/slack-delivery.ts';
import { createPostedCards } from '../models/posted-card.ts';
import { createTaskStore } from '../models/task-store.ts';
import { createWorkflowOutbox } from '../models/workflow-outbox.ts';
import { createWorkflowStore } from '../models/workflow-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, publicUrlOf } from './config.ts';
import { createPerformer } from './create-performer.ts';
import { RunAnnouncer, type StepRuns, startStepRuns } from './create-step-runs.ts';
import { createEngineCounters } from './engine/counters.ts';
import { createEngine } from './engine/create-engine.ts';
import { createTasks } from './engine/create-tasks.ts';
import { createWorkflows } from './engine/create-workflows.ts';
import { type WorkflowEvents, createWorkflowEvents } from './engine/workflow-events.ts';
import { createDefinitionSource } from './engine/definition-cache.ts';
import { defaultRelayOptions } from './engine/engine-deps.ts';
import type { Engine } from './engine/engine.ts';
import { faultsOf } from './faults-of.ts';
import { createIdentifyPerson } from './engine/identify-person.ts';
import { createRestrict } from './engine/create-restrict.ts';
import type { AccountSource } from './engine/members.ts';
import type { Restrict } from './engine/restriction.ts';
import type { Tasks } from './engine/tasks.ts';
import type { Workflows } from './engine/workflows.ts';
import { type OrgServices, createOrgServices } from './create-org-services.ts';
import { createAdminKeyAuthenticator } from './http/authentication.ts';
import { createKeyAuthenticator, firstOf } from './http/key-authentication.ts';
import { createHttpApp, listen } from './http/server.ts';
import { findOrg, rememberOrgs } from './find-org.ts';
import { findFreePort } from './local/free-port.ts';
import { LOCAL_PEOPLE } from './local/local-slack-workspace.ts';
import { type LocalServices, startLocalServices } from './local/local-services.ts';
import type { Logger } from './logger.ts';
import { pingDatabase } from './ping-database.ts';
import { systemTimers } from './timers.ts';
import { installSampleWorkflows } from './sample-workflows.ts';
import { type SlackApp, createSlackApp } from './slack/bolt.ts';
import { type SlackConnection, createSlackConnection } from './slack/connection.ts';
import { createForRequester } from './slack/requester-services.ts';
import { announceChanges } from './slack/workflow-changes.ts';
import type { SlackMode } from './slack/slack-deps.ts';
import { startWebhooks } from './start-webhooks.ts';
import { Stoppers } from './stoppers.ts';
import type { Webhooks } from './webhooks/create-webhooks.ts';

/** Parts of the ten seconds that a stop may take. */
const stopReceivingMs = 3_000;
const drainMs = 4_000;

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

/** What every part is made with. */
interface Base {
  config: Config;
  logger: Logger;
  clock: Clock;
  stoppers: Stoppers;
  local: LocalServices;
  database: Database;
  orgs: OrgStore;
}

interface Core extends OrgServices, StepRuns {
  workflowEvents: WorkflowEvents;
  engine: Engine;
  workflows: Workflows;
  tasks: Tasks;
  restrict: Restrict;
  webhooks: Webhooks;
}

/** How to reach Slack, and what speaks to it. */
interface SlackSide {
  mode: SlackMode;
  apiUrl: { slackApiUrl: string } | Record<string, never>;
  connection: SlackConnection;
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

async function startBase(config: Config, logger: Logger, stoppers: Stoppers): Promise<Base> {
  const local = await startLocalServices(config, logger);
  stoppers.add(() => local.stop());
  const database = await connectDatabase(local.mongoUri);
  stoppers.add(() => database.close());
  await ensureIndexes(database);
  // The data lock says that nobody else can be using an embedded database.
  if (config.database.kind === 'embedded') await releaseAll(database, systemClock.now());
  return { config, logger, clock: systemClock, stoppers, local, database, orgs: createOrgStore(database) };
}

async function startParts(base: Base): Promise<RunningApp> {
  const { config, logger, local, stoppers, database, clock } = base;
  const slack = slackSideOf(base);
  const org = await findOrg({ ...base, newId }, slack?.connection ?? null);
  const core = await startCore(base, slack, org.id);
  const { leaseMs } = config;
  const deliveries = core.webhooks.worker;
  const { engine, runner, workflowEvents } = core;
  const jobParts = { database, engine, runner, deliveries, workflowEvents };
  const jobs = await startJobs({ ...jobParts, leaseMs, clock, logger });
  core.announcer.connect((ticket) => jobs.announceRun(ticket));
  stoppers.add(() => jobs.stop());
  const slackApp = slack === null ? null : makeSlackApp(base, core, slack);
  const isConfigured = config.adminKey !== null || config.mode === 'production';
  const generatedAdminKey = isConfigured ? null : randomBytes(24).toString('base64url');
  const adminKey = config.adminKey ?? generatedAdminKey;
  const publicUrl = await startHttp(base, { ...core, slack }, jobs, slackApp, org.id, adminKey);
  await slackApp?.start();
  const stop = (): Promise<void> => stoppers.stop(logger);
  return { publicUrl, generatedAdminKey, orgId: org.id, local, hasSlack: slack !== null, stop };
}

async function startCore(base: Base, slack: SlackSide | null, orgId: string): Promise<Core> {
  const { database, clock, logger, stoppers, config } = base;
  const store = createWorkflowStore(database);
  const definitions = createDefinitionSource(store, clock);
  const org = createOrgServices({ database, accounts: accountsOf(slack), clock, newId, newSecret, logger });
  const webhooks = await startWebhooks({ config, database, org, clock, newId, logger, stoppers });
  const { fanOut } = webhooks;
  const announcer = new RunAnnouncer();
  const execute: Engine['execute'] = (...command) => engine.execute(...command);
  const performerParts = { database, org, definitions, clock, execute };
  const others = createPerformer(slack?.connection ?? null, performerParts);
  const engine = createEngine({
    executions: new MongoExecutionStore(database, [orgId]),
    events: createMongoEventStore(database),
    definitions,
    performer: announcer.performer(others),
    clock,
    timers: systemTimers,
    newId,
    lease: { holder: randomUUID(), leaseMs: config.leaseMs },
    counters: createEngineCounters(),
    logger,
    relay: defaultRelayOptions,
    fanOut,
    ...faultsOf(config.failpoint, logger),
  });
  stoppers.add(() => engine.drain(drainMs));
  const { agents } = org;
  const runParts = { config, database, engine, agents, announcer, clock, logger, stoppers };
  const stepRuns = startStepRuns({ ...runParts, ...faultsOf(config.failpoint, logger) });
  const { orgEvents, teams } = org;
  const outbox = createWorkflowOutbox(database);
  const events = createWorkflowEvents({ outbox, orgEvents, fanOut, logger });
  const hasTeam = teams.exists.bind(teams);
  const told = announceChanges(events, slack?.connection.workflowChanges);
  const workflows = createWorkflows({ store, definitions, clock, newId, events: told, hasTeam });
  if (config.mode === 'local') await installSampleWorkflows(workflows, store, orgId);
  const [owner] = LOCAL_PEOPLE;
  if (config.slack.kind === 'local') {
    await org.members.ensureOwner(orgId, { userId: owner.id, name: owner.real_name, email: owner.email });
  }
  const services = { engine, workflows, tasks: createTasks(createTaskStore(database)) };
  return {
    ...services,
    ...org,
    ...stepRuns,
    webhooks,
    workflowEvents: events,
    restrict: createRestrict(services, (...ids) => definitions.findWorkflow(...ids)),
  };
}

function slackSideOf({ config, local, clock, logger }: Base): SlackSide | null {
  const mode = slackModeOf(config, local);
  if (mode === null) return null;
  const url = local.slack?.apiUrl ?? config.slackApiUrl;
  const apiUrl = url === undefined ? {} : { slackApiUrl: url };
  return {
    mode,
    apiUrl,
    connection: createSlackConnection({ botToken: mode.botToken, clock, logger, ...apiUrl }),
  };
}

function slackModeOf({ slack }: Config, local: LocalServices): SlackMode | null {
  if (slack.kind !== 'local') return slack;
  if (local.slack === null) return null;
  const { botToken, appToken } = local.slack;
  return { kind: 'socket', botToken, appToken };
}

function makeSlackApp(
  { orgs, clock, logger, database }: Base,
  core: Core,
  { mode, apiUrl, connection }: SlackSide,
): SlackApp {
  const deliveries = createSlackDeliveries(database);
  const orgIdFor = rememberOrgs({ orgs, clock, newId });
  const forRequester = createForRequester({ ...core, directory: connection.directory });
  return createSlackApp({
    ...core,
    asks: core.engine,
    forRequester,
    orgIdFor,
    config: mode,
    ...apiUrl,
    connection,
    deliveries,
    homeViewers: createHomeViewers(database),
    postedCards: createPostedCards(database),
    clock,
    logger,
  });
}

/** @returns how the outside reaches the bot */
async function startHttp(
  { config, database, orgs, clock, logger, stoppers }: Base,
  { slack, ...core }: Core & { slack: SlackSide | null },
  jobs: Jobs,
  slackApp: SlackApp | null,
  orgId: string,
  adminKey: string | null,
): Promise<string> {
  const port = config.http.port === 0 ? await findFreePort() : config.http.port;
  const publicUrl = publicUrlOf(config.http, port);
  const { handlers } = core.webhooks;
  const keyParts = { ...core, isHandlerEnabled: handlers.isEnabled.bind(handlers) };
  const app = createHttpApp({
    ...core,
    orgs,
    authenticate: firstOf(createAdminKeyAuthenticator(adminKey, orgId), createKeyAuthenticator(keyParts)),
    identifyPerson: createIdentifyPerson(core.members, slack?.connection.directory ?? null),
    readiness: async () => ({
      database: await pingDatabase(database),
      slack: {
        ready: slackApp?.ready() ?? true,
        detail: slackApp === null ? 'no Slack is configured' : null,
      },
      jobs: { ready: jobs.isReady(), detail: jobs.isReady() ? null : 'the queue of jobs cannot be reached' },
    }),
    ...(slackApp?.router ? { slackRouter: slackApp.router } : {}),
    idempotency: createIdempotencyStore(database),
    rateLimitPerMinute: config.rateLimitPerMinute,
    localBoardOrgId: config.slack.kind === 'local' ? orgId : null,
    publicUrl,
    newId,
    clock,
    logger,
  });
  const server = await listen(app, { host: config.http.host, port });
  stoppers.add(() => Promise.all([server.close(stopReceivingMs), slackApp?.stop(stopReceivingMs)]));
  return publicUrl;
}

/** What Slack says of people, where it is connected. */
function accountsOf(slack: SlackSide | null): AccountSource | null {
  if (slack === null) return null;
  return { find: (_orgId, userId) => slack.connection.directory.account(userId) };
}

/** 256 random bits. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function newId(): string {
  return new mongoose.Types.ObjectId().toHexString();
}
