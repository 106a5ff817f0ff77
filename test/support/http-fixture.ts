import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { createIdempotencyStore } from '../../models/idempotency.ts';
import { createOrgStore } from '../../models/org.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { type IntakeServices, createIntakeServices } from '../../src/composition/create-intake-services.ts';
import { createBoardParts } from '../../src/composition/board-parts.ts';
import { type OrgServices, createOrgServices } from '../../src/composition/create-org-services.ts';
import type { TriggerServices } from '../../src/composition/create-trigger-services.ts';
import { createAdminKeyAuthenticator } from '../../src/http/authentication.ts';
import { createIdentifyPerson } from '../../src/engine/people/identify-person.ts';
import { createKeyAuthenticator, firstOf } from '../../src/http/key-authentication.ts';
import type { HttpDeps } from '../../src/http/http-deps.ts';
import { createHttpApp, listen } from '../../src/http/server.ts';
import type { CheckNamed } from '../../src/engine/workflows/check-named.ts';
import { createLogger } from '../../src/logger.ts';
import type { BatchWorker } from '../../src/engine/batches/batch-worker.ts';
import { startAgentListeners } from '../../src/composition/start-agent-listeners.ts';
import { startStepMaking } from '../../src/composition/start-step-resources.ts';
import type { Webhooks } from '../../src/webhooks/create-webhooks.ts';
import { startBatches } from '../../src/composition/start-batches.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { startTime, testOrgId } from './builders.ts';
import { createEngineFixture, type EngineFixture } from './engine-fixture.ts';
import { ManualClock } from './manual-clock.ts';
import { createInlineRehearsals } from './inline-rehearsals.ts';
import { checkAnswer } from './openapi/check-answer.ts';
import { createTestWhy } from './test-why.ts';
import { createTestTriggers } from './test-triggers.ts';
import { createTestWebhooks, LaterFanOut } from './test-webhooks.ts';

export const adminKey = 'test-admin-key-0123456789';

/** A test may move its clock while a batch is worked on. */
const batchLeaseMs = 86_400_000;

/** What came back. `body` is the JSON, whatever its shape, or null when there is none. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

export interface RequestOptions {
  /** Sent as JSON, unless it is a text, which is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** The HTTP app on a real port, over the real engine and the real MongoDB. */
export interface HttpFixture extends EngineFixture {
  url: string;
  clock: ManualClock;
  org: OrgServices;
  webhooks: Webhooks;
  batchWorker: BatchWorker;
  triggers: TriggerServices;
  /** Why nothing is done for an org, by its id. */
  parked: Map<string, string>;
  incoming: IntakeServices;
  /** What was logged as `error`: one line each. */
  errorLog: string[];
  /** Asks with the admin key. */
  ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<Answer<Body>>;
  close(): Promise<void>;
}

export async function createHttpFixture(uri: string, changes: Partial<HttpDeps> = {}): Promise<HttpFixture> {
  const clock = new ManualClock();
  const fanOut = new LaterFanOut();
  const checkNamed: CheckNamed = (...steps) => making.checkNamed(...steps);
  const fixture = await createEngineFixture(uri, { clock, fanOut, checkNamed });
  const orgs = createOrgStore(fixture.database);
  await orgs.ensure({ id: testOrgId, name: 'Acme', slackTeamId: 'T01ACME', createdAt: startTime });
  const errorLog: string[] = [];
  const logger = createLogger('error', { write: (line: string) => void errorLog.push(line) });
  const newObjectId = (): string => new mongoose.Types.ObjectId().toHexString();
  const org = createOrgServices({
    database: fixture.database,
    accounts: null,
    clock,
    newId: newObjectId,
    newSecret: () => randomBytes(32).toString('base64url'),
    logger,
  });
  const toolServers = changes.toolServers ?? { names: () => [], list: () => Promise.resolve([]) };
  const making = startStepMaking({ providers: [] }, org, { toolServers });
  const webhooks = createTestWebhooks(fixture.database, org, { clock });
  const listening = startAgentListeners({
    database: fixture.database,
    org,
    others: webhooks.fanOut,
    engine: () => fixture.engine,
    clock,
    newId: newObjectId,
    logger,
  });
  fanOut.to = listening.fanOut;
  const { database, engine, findWorkflow } = fixture;
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const ofTriggers = { database, engine, findWorkflow, note: org.noteOrgEvent, clock, newId, logger };
  const triggers = createTestTriggers(fixture, org, clock);
  const parked = new Map<string, string>();
  const whyParked = (orgId: string) => Promise.resolve(parked.get(orgId) ?? null);
  const { callbacks } = webhooks;
  const incoming = createIntakeServices({ ...ofTriggers, triggers, callbacks, whyParked });
  const stoppers = new Stoppers();
  const batching = startBatches({ ...ofTriggers, slack: null, leaseMs: batchLeaseMs, stoppers });
  let requests = 0;
  const board = createBoardParts({
    database: fixture.database,
    members: org.members,
    connectionOf: null,
    publicUrl: 'http://localhost:3000',
    logger,
  });
  const app = createHttpApp({
    ...board,
    engine: fixture.engine,
    workflows: fixture.workflows,
    checker: fixture.checker,
    why: createTestWhy({ database: fixture.database, clock, settings: org.settings }).why,
    tasks: fixture.tasks,
    restrict: fixture.restrict,
    loadDefinition: fixture.loadDefinition,
    orgs,
    ...org,
    agents: making.agents,
    resources: making.resources,
    toolServers,
    ...triggers,
    ...incoming,
    webhooks,
    rehearsals: createInlineRehearsals(),
    agentListeners: listening.agentListeners,
    batches: batching.batches,
    authenticate: firstOf(
      createAdminKeyAuthenticator(adminKey, testOrgId),
      createKeyAuthenticator({
        ...org,
        isHandlerEnabled: (...ids) => webhooks.handlers.isEnabled(...ids),
      }),
    ),
    identifyPerson: createIdentifyPerson(org.members, null),
    readiness: async () => {
      const part = { ready: true, detail: null };
      return { database: part, slack: part, jobs: part };
    },
    idempotency: createIdempotencyStore(fixture.database),
    rateLimitPerMinute: 0,
    signIn: { slack: null, local: { orgId: testOrgId, people: [{ userId: 'U0ANA', name: 'Ana Ruiz' }] } },
    publicUrl: 'http://localhost:3000',
    newId: () => deriveId('request', requests++),
    clock,
    logger,
    ...changes,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...fixture,
    batchWorker: batching.batchWorker,
    org,
    webhooks,
    triggers,
    parked,
    incoming,
    url,
    clock,
    errorLog,
    ask: (method, path, options) =>
      request(`${url}${path}`, method, {
        ...options,
        headers: { authorization: `Bearer ${adminKey}`, ...options?.headers },
      }),
    async close() {
      await board.taskFeed.stop();
      await server.close(1_000);
      await webhooks.stop(1_000);
      await fixture.close();
    },
  };
}

/** One request over the network, as any program would send it. Answers of the API are held against its document. */
export async function request<Body = Record<string, unknown>>(
  url: string,
  method: string,
  { body, headers = {} }: RequestOptions = {},
): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  const { pathname } = new URL(url);
  if (/^\/(?:api\/(?!docs$|openapi\.json$)|v1\/)/.test(pathname)) {
    checkAnswer({ method, path: pathname, status: response.status, contentType, text });
  }
  const isJson = /json(;|$)/.test(contentType);
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : null) as Body,
  };
}
