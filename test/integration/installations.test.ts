import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createExecutionParking } from '../../models/execution-parking.ts';
import { createInstallationStore } from '../../models/installation.ts';
import { createOrgStore } from '../../models/org.ts';
import { createSessionStore } from '../../models/session-store.ts';
import { Stoppers } from '../../src/composition/stoppers.ts';
import { takeUpRegularly } from '../../src/composition/take-up-regularly.ts';
import { createLogger } from '../../src/logger.ts';
import { createSecretBox } from '../../src/secret-box.ts';
import { createSlackCounters } from '../../src/slack/counters.ts';
import { createInstalledConnections } from '../../src/slack/install/installed-connections.ts';
import { createInstallations, type Installations } from '../../src/slack/install/installations.ts';
import { human, testOrgId, wait } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { newEncryptionKey } from '../support/many-stage.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const clock = new ManualClock();
const logger = createLogger('silent');
const bot = {
  teamId: 'T01ACME',
  teamName: 'Acme',
  botUserId: 'U0BOT',
  botId: null,
  handle: 'baton',
  url: '',
};
const grant = { botToken: 'xoxb-1', bot, scopes: [], installedBy: 'U0ANA' };

describe.skipIf(isMongoMissing())('work that was parked although its workspace has Baton', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  let installations: Installations;
  let stoppers: Stoppers;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    fixture = await createEngineFixture(testDatabase.uri, { clock });
    const { database } = fixture;
    await createOrgStore(database).ensure({
      id: testOrgId,
      name: 'Acme',
      slackTeamId: bot.teamId,
      createdAt: clock.now(),
    });
    installations = createInstallations({
      store: createInstallationStore(database),
      orgs: createOrgStore(database),
      parking: createExecutionParking(database),
      sessions: createSessionStore(database),
      members: { ensureOwner: async () => undefined },
      note: async () => undefined,
      box: createSecretBox([newEncryptionKey()]),
      clock,
      newId: () => testOrgId,
      logger,
    });
    await installations.install(grant);
    const { id: workflowId } = await fixture.createWorkflow([wait('pause', { for: '1h' }), human('ok')]);
    const origin = { kind: 'api' } as const;
    const startedBy = { kind: 'system' } as const;
    const request = { orgId: testOrgId, workflowId, inputs: {}, startedBy, origin, startKey: null };
    await fixture.engine.start(request);
    await fixture.engine.idle();
    stoppers = new Stoppers();
  });
  afterEach(() => stoppers.stop(logger));
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  /** As after an installation whose process died, or that somebody's parking came behind. */
  async function parkLate(): Promise<void> {
    expect(await createExecutionParking(fixture.database).park(testOrgId)).toBe(1);
  }

  function hasParked(): Promise<boolean> {
    return createExecutionParking(fixture.database).hasParked(testOrgId);
  }

  it('is taken up when a process starts', async () => {
    await parkLate();
    await installations.reconcile();
    expect(await hasParked()).toBe(false);
  });

  it('is taken up while the process runs, without another installation', async () => {
    takeUpRegularly({ installations, stoppers, logger, everyMs: 10 });
    await parkLate();
    await expect.poll(hasParked, { timeout: 20_000 }).toBe(false);
  });

  it('stays parked once Baton was taken out, and nobody stays signed in', async () => {
    const sessions = createSessionStore(fixture.database);
    const person = { orgId: testOrgId, userId: 'U0ANA' };
    const expiresAt = new Date(clock.now().getTime() + 3_600_000);
    const times = { createdAt: clock.now(), expiresAt };
    await sessions.insert('own', { id: 'own', ...person, ...times });
    await sessions.insert('other', { id: 'other', ...person, orgId: 'another', ...times });
    await sessions.insertLink('link', person, expiresAt);
    // Of another process, which has just looked.
    const connections = createInstalledConnections({
      installations,
      connection: { slackApiUrl: 'http://127.0.0.1:9/api/', counters: createSlackCounters() },
      clock,
      logger,
    });
    expect(await connections.isParked(testOrgId)).toBe(false);
    expect(await connections.whyParked(testOrgId)).toBeNull();
    const generation = (await installations.find(testOrgId))?.generation ?? 0;
    await installations.end(testOrgId, { status: 'UNINSTALLED', generation, detail: 'test' });
    expect(await connections.whyParked(testOrgId)).toContain('Baton was taken out');
    await installations.reconcile();
    expect(await hasParked()).toBe(true);
    clock.advance(1_000);
    expect(await connections.isParked(testOrgId)).toBe(true);
    expect(await sessions.find('own', clock.now())).toBeNull();
    expect(await sessions.findLink('link', clock.now())).toBeNull();
    expect(await sessions.find('other', clock.now())).not.toBeNull();
  });
});
