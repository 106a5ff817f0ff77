import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBacklogReader } from '../../models/backlog.ts';
import { meterPerformer } from '../../src/engine/engine-meter.ts';
import { createLogger } from '../../src/logger.ts';
import { createSlackConnection } from '../../src/slack/connection.ts';
import { currentId, human, person, testOrgId } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestMetrics, seriesOf } from '../support/metrics-stage.ts';
import { startSlackFake } from '../support/slack/slack-fake.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const ana = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;

describe.skipIf(isMongoMissing())('metrics of an engine', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  const clock = new ManualClock();
  const metrics = createTestMetrics();

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    const meter = metrics.engine;
    fixture = await createEngineFixture(testDatabase.uri, {
      clock,
      meter,
      wrapPerformer: (others) => meterPerformer(others, { meter, clock }),
    });
  });
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  async function start(): Promise<{ id: string; stepExecutionId: string }> {
    const { id: workflowId } = await fixture.createWorkflow([human('ok')]);
    const task = await fixture.engine.start({
      orgId: testOrgId,
      workflowId,
      inputs: {},
      startedBy: ana,
      origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
      startKey: null,
    });
    return { id: task.id, stepExecutionId: currentId(task) };
  }

  it('count commands by what became of them, and effects by their kind and age', async () => {
    fixture.performer.answer = (effect) => {
      if (effect.kind === 'ask') clock.advance(2_000);
      return effect.kind === 'ask' && effect.attempts === 0
        ? { kind: 'retry', afterMs: 1_000, error: 'no answer', maybeSent: false }
        : { kind: 'done' };
    };
    const { id, stepExecutionId } = await start();
    await fixture.engine.idle();
    clock.advance(5_000);
    await fixture.engine.sweep({ maxMs: 5_000 });
    await fixture.engine.idle();
    const decision = { type: 'decide', stepExecutionId, comment: null, output: null } as const;
    const refused = fixture.engine.execute(testOrgId, id, {
      ...decision,
      outcome: 'approved',
      by: person('eve'),
    });
    await expect(refused).rejects.toThrow();
    await fixture.engine.execute(testOrgId, id, { ...decision, outcome: 'approved', by: person('bo') });
    await fixture.engine.idle();

    expect(await seriesOf(metrics, 'baton_transitions_total')).toEqual({
      'command="start",result="done"': 1,
      'command="decide",result="refused"': 1,
      'command="decide",result="done"': 1,
    });
    expect(await seriesOf(metrics, 'baton_effects_total')).toMatchObject({
      'kind="ask",result="retry"': 1,
      'kind="ask",result="done"': 1,
    });
    const ages = await seriesOf(metrics, 'baton_effect_age_seconds_bucket');
    expect(ages['le="5",kind="ask"']).toBe(0);
    expect(ages['le="30",kind="ask"']).toBe(1);
  });

  it('say what is due and what waits in outboxes', async () => {
    fixture.performer.answer = (effect) =>
      effect.kind === 'ask' ? { kind: 'wait', afterMs: 20_000, error: 'not yet' } : { kind: 'done' };
    await start();
    await fixture.engine.idle();
    const readBacklog = createBacklogReader(fixture.database);
    expect(await readBacklog(clock.now())).toMatchObject({
      due: 0,
      lagMs: 0,
      effects: { ask: { count: 1 } },
    });
    clock.advance(27_000);
    expect(await readBacklog(clock.now())).toEqual({
      due: 1,
      lagMs: 7_000,
      effects: { ask: { count: 1, oldestAgeMs: 27_000 } },
      events: 0,
      deliveryLanes: 0,
    });
  });
});

describe('metrics of a Slack connection', () => {
  it('count calls by method and by how Slack took them', async () => {
    const metrics = createTestMetrics();
    const clock = new ManualClock();
    const slack = await startSlackFake({ clock });
    try {
      const logger = createLogger('fatal');
      const { botToken, apiUrl: slackApiUrl } = slack;
      const meter = metrics.slack;
      const { client } = createSlackConnection({ botToken, slackApiUrl, clock, logger, meter });
      await client.auth.test({});
      await expect(client.users.info({ user: 'U0NOBODY' })).rejects.toThrow();
      expect(await seriesOf(metrics, 'baton_slack_calls_total')).toEqual({
        'method="auth.test",result="ok"': 1,
        'method="users.info",result="refused"': 1,
      });
    } finally {
      await slack.close();
    }
  });
});
