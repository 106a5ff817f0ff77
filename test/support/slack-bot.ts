import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import mongoose from 'mongoose';
import type { Database } from '../../models/database.ts';
import { createMemberStore } from '../../models/member-store.ts';
import { createHomeViewers } from '../../models/home-viewer.ts';
import { createPostedCards } from '../../models/posted-card.ts';
import { createRehearsalStore } from '../../models/rehearsal-store.ts';
import { createSlackDeliveries, slackDeliveryModel } from '../../models/slack-delivery.ts';
import { createSlackInbox } from '../../models/slack-inbox.ts';
import type { Clock } from '../../src/clock.ts';
import { createBoardLinkFor } from '../../src/composition/board-link.ts';
import type { TriggerServices } from '../../src/composition/create-trigger-services.ts';
import { createIntakeServices } from '../../src/composition/create-intake-services.ts';
import { createPerformer } from '../../src/composition/create-performer.ts';
import { type OrgServices, createOrgServices } from '../../src/composition/create-org-services.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { CheckNamed } from '../../src/engine/workflows/check-named.ts';
import { createLogger } from '../../src/logger.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/bolt.ts';
import { startStepMaking } from '../../src/composition/start-step-resources.ts';
import { createSlackConnection, type SlackConnection } from '../../src/slack/connection.ts';
import { type SlackConnections, singleConnection } from '../../src/slack/connections.ts';
import { createTestWhy } from './test-why.ts';
import { createForRequester } from '../../src/slack/requester-services.ts';
import type { Batches } from '../../src/engine/batches/batches.ts';
import type { BatchWorker } from '../../src/engine/batches/batch-worker.ts';
import { startBatches } from '../../src/composition/start-batches.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { startAgentListeners } from '../../src/composition/start-agent-listeners.ts';
import type { OneWorkspace } from '../../src/slack-config.ts';
import { createInlineRehearsals } from './inline-rehearsals.ts';
import { testOrgId } from './builders.ts';
import { createEngineFixture, type EngineFixture } from './engine-fixture.ts';
import { LaterFanOut, createTestWebhooks } from './test-webhooks.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { createTestTriggers } from './test-triggers.ts';
import { DEFAULT_SEED } from './slack/fake-workspace.ts';
import { createTestDrafts } from './test-drafts.ts';
import { type SlackFake, type SlackFakeOptions, startSlackFake } from './slack/slack-fake.ts';
import { channelsOf } from '../../src/composition/slack-side.ts';

/** The bot in HTTP mode: the real engine on the real MongoDB, and a fake Slack at the other end. */
export interface SlackBot {
  slack: SlackFake;
  /** For another process of the same bot. */
  config: OneWorkspace;
  fixture: EngineFixture;
  connection: SlackConnection;
  connections: SlackConnections;
  batches: Batches;
  batchWorker: BatchWorker;
  app: SlackApp;
  /** Everybody is an owner, until their role is changed. */
  org: OrgServices;
  triggers: TriggerServices;
  clock: ShiftedClock;
  addWorkflow(name: string, steps: StepInput[], inputsSchema?: JsonSchema): Promise<Workflow>;
  /** Waits until nothing is being done any more, and gives the newest task. */
  settle(): Promise<ExecutionState>;
  close(): Promise<void>;
}

/** The Slack id of one of the people that every fake workspace has. */
export function idOf(name: 'ana' | 'bo' | 'chi'): string {
  const user = DEFAULT_SEED.users.find((candidate) => candidate.name === name);
  if (user === undefined) throw new Error(`the workspace has nobody called ${name}`);
  return user.id;
}

export interface BotParts {
  fixture: EngineFixture;
  connection: SlackConnection;
  connections: SlackConnections;
  batches: Batches;
  batchWorker: BatchWorker;
  app: SlackApp;
  org: OrgServices;
  triggers: TriggerServices;
}

/** What steps that models and tools do can be made of. */
export interface Machines {
  providers: readonly ModelProvider[];
  toolServers: Pick<ToolServers, 'names' | 'list'>;
}

const noMachines: Machines = {
  providers: [],
  toolServers: { names: () => [], list: () => Promise.reject(new Error('there is none')) },
};

/** Wires the bot to a Slack of any kind; nothing is connected yet. */
export async function createBotParts(
  uri: string,
  config: OneWorkspace,
  slackApiUrl: string,
  clock: Clock,
  { providers, toolServers }: Machines = noMachines,
): Promise<BotParts> {
  const logger = createLogger('fatal');
  const checkNamed: CheckNamed = (...step) => making.checkNamed(...step);
  const fanOut = new LaterFanOut();
  const fixture = await createEngineFixture(uri, { clock, checkNamed, fanOut });
  const connection = createSlackConnection({ botToken: config.botToken, slackApiUrl, clock, logger });
  const connections = singleConnection(connection, config.botToken);
  await slackDeliveryModel(fixture.database).createIndexes();
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const newSecret = (): string => randomBytes(32).toString('base64url');
  const accounts = { find: (_orgId: string, userId: string) => connection.directory.account(userId) };
  const { database } = fixture;
  const org = createOrgServices({ database, accounts, clock, newId, newSecret, logger });
  const making = startStepMaking({ providers }, org, { toolServers });
  await makeOwners(database, clock);
  const { engine, workflows } = fixture;
  const definitions = {
    findWorkflow: async (orgId: string, id: string) => (await workflows.get(orgId, id)).workflow,
  };
  const execute: typeof engine.execute = (...command) => engine.execute(...command);
  const performer = createPerformer(connections, { database, org, definitions, clock, execute });
  fixture.performer.answer = (effect, task) => performer.perform(effect, task);
  const announce = (id: string): void => connections.workflowChanges.announce(id);
  const triggers = createTestTriggers(fixture, org, clock, announce, channelsOf({ connections }));
  const listening = startAgentListeners({
    database,
    org,
    others: { offer: () => Promise.resolve() },
    engine: () => engine,
    clock,
    newId,
    logger,
  });
  fanOut.to = listening.fanOut;
  const { callbacks } = createTestWebhooks(database, org, { clock });
  const { findWorkflow } = fixture;
  const parts = { database, engine, findWorkflow, note: org.noteOrgEvent, clock, newId };
  const incoming = createIntakeServices({ ...parts, triggers, callbacks, logger });
  const stoppers = new Stoppers();
  const ofBatches = { database, engine, findWorkflow: fixture.findWorkflow, note: org.noteOrgEvent };
  const slack = { connections, apiUrl: { slackApiUrl } };
  const batching = startBatches({ ...ofBatches, slack, clock, newId, leaseMs: 20_000, logger, stoppers });
  const app = createSlackApp({
    ...triggers,
    ...incoming,
    publicUrl: 'http://localhost:3000',
    engine: fixture.engine,
    workflows: fixture.workflows,
    tasks: fixture.tasks,
    asks: fixture.engine,
    apiKeys: org.apiKeys,
    teams: org.teams,
    agents: making.agents,
    resources: making.resources,
    agentListeners: listening.agentListeners,
    batches: batching.batches,
    checker: making.checker,
    drafts: createTestDrafts(database, {
      providers,
      resources: making.resources,
      note: org.noteOrgEvent,
      clock,
    }),
    ...createTestWhy({ database, clock, settings: org.settings, connections, providers }),
    settings: org.settings,
    forRequester: createForRequester({ ...org, ...fixture, directoryOf: async () => connection.directory }),
    orgIdFor: () => Promise.resolve(testOrgId),
    config,
    slackApiUrl,
    connections,
    deliveries: createSlackDeliveries(fixture.database),
    inbox: createSlackInbox(fixture.database),
    homeViewers: createHomeViewers(fixture.database),
    postedCards: createPostedCards(fixture.database),
    rehearsals: createInlineRehearsals(),
    rehearsalStore: createRehearsalStore(fixture.database),
    boardLinkFor: createBoardLinkFor(org.sessions, 'http://localhost:3000'),
    hasPickers: true,
    clock,
    logger,
  });
  return { fixture, connection, connections, app, org, triggers, ...batching };
}

/** What somebody may do is no matter in most tests, so everybody may do everything. */
async function makeOwners(database: Database, clock: Clock): Promise<void> {
  const members = createMemberStore(database);
  const now = clock.now();
  for (const { id: userId, realName: name, email = null } of DEFAULT_SEED.users) {
    await members.insertIfMissing({
      id: deriveId('member', testOrgId, userId),
      orgId: testOrgId,
      userId,
      name,
      email,
      role: 'owner',
      isRoleSet: true,
      status: 'ACTIVE',
      createdAt: now,
      updatedAt: now,
    });
  }
}

/** @param uri of a database of its own */
export async function startSlackBot(
  uri: string,
  options: SlackFakeOptions = {},
  machines: Machines = noMachines,
): Promise<SlackBot> {
  const clock = new ShiftedClock();
  const slack = await startSlackFake({ clock, ...options });
  const { botToken, signingSecret, apiUrl } = slack;
  const config = { kind: 'http', botToken, signingSecret } as const;
  const parts = await createBotParts(uri, config, apiUrl, clock, machines);
  const { fixture, connection, connections, app, org, triggers, batches, batchWorker } = parts;
  const server = await listen(app);
  slack.setEventsUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  await app.start();
  return {
    slack,
    config,
    fixture,
    connection,
    connections,
    batches,
    batchWorker,
    app,
    org,
    triggers,
    clock,
    addWorkflow: async (name, steps, inputsSchema = { type: 'object' }) => {
      const { workflow } = await fixture.workflows.create({
        orgId: testOrgId,
        teamId: null,
        name,
        description: '',
        inputsSchema,
        steps,
        status: 'ACTIVE',
        createdBy: { kind: 'system' },
      });
      return workflow;
    },
    settle: async () => {
      await app.idle();
      await fixture.engine.idle();
      const [newest] = await fixture.tasks.list(testOrgId, {}, { limit: 1 });
      if (newest === undefined) throw new Error('no task was started');
      return newest;
    },
    close: async () => {
      await app.stop(5_000);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await fixture.close();
      await slack.close();
    },
  };
}

function listen({ router }: SlackApp): Promise<Server> {
  if (router === null) throw new Error('the app is not in HTTP mode');
  return new Promise((resolve) => {
    const server = express()
      .use(router)
      .listen(0, '127.0.0.1', () => resolve(server));
  });
}
