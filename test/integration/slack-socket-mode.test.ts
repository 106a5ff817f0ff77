import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type LocalSlack, startLocalSlack } from '../../src/local/local-slack.ts';
import { createLogger } from '../../src/logger.ts';
import { human, testOrgId } from '../support/builders.ts';
import { connectLocalSlackControl, type LocalSlackControl } from '../support/slack/local-slack-control.ts';
import { type BotParts, createBotParts, idOf } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const logger = createLogger('fatal');
const dataDir = await mkdtemp(join(tmpdir(), 'baton-socket-'));
const local = isMongoMissing() ? null : await startLocalSlack({ dataDir, logger, port: 0 });
const isMissing = local === null || 'unavailable' in local;
const ana = idOf('ana');
const bo = idOf('bo');
const general = 'C01GEN';

afterAll(async () => {
  if (local !== null && !('unavailable' in local)) await local.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe.skipIf(isMissing)('the bot over Socket Mode', () => {
  let database: TestDatabase;
  let bot: BotParts;
  let people: LocalSlackControl;

  beforeAll(async () => {
    const { botToken, appToken, apiUrl, url } = local as LocalSlack;
    database = await createTestDatabase();
    bot = await createBotParts(database.uri, { kind: 'socket', botToken, appToken }, apiUrl, systemClock);
    await bot.app.start();
    people = await connectLocalSlackControl(url);
    await bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: 'Holiday',
      description: '',
      inputsSchema: { type: 'object', properties: { days: { type: 'string' } }, required: ['days'] },
      steps: [human('ok', { assignees: [bo], inputsTemplate: { message: '{{inputs.days}} off?' } })],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
  });
  afterAll(async () => {
    people.close();
    await bot.app.stop(5_000);
    await bot.fixture.close();
    await database.drop();
  });

  it('is ready once it is connected', () => {
    expect(bot.app.router).toBeNull();
    expect(bot.app.ready()).toBe(true);
  });

  it('starts a task from a command and takes the decision', async () => {
    await people.command({ user: ana, channel: general, command: '/workflow', text: 'start holiday' });
    await expect.poll(() => people.modals().length).toBe(1);
    const [block] = (people.modals()[0]?.['blocks'] ?? []) as { block_id: string }[];
    people.submitModal(ana, {
      [block?.block_id ?? '']: { value: { type: 'plain_text_input', value: 'Three days' } },
    });
    await expect.poll(async () => (await bot.fixture.tasks.list(testOrgId, {}, { limit: 1 })).length).toBe(1);
    await bot.fixture.engine.idle();
    const [task] = await bot.fixture.tasks.list(testOrgId, {}, { limit: 1 });
    const { delivery, state } = await bot.fixture.engine.read(testOrgId, task?.id ?? '');
    expect(delivery.outbox.effects).toEqual([]);
    const ask = delivery.messages['ask-0-0'];
    expect(delivery.messages['card']?.channelId).toBe(general);

    const value = JSON.stringify({ e: state.id, s: state.stack[0]?.id, o: 'approved' });
    await people.click({
      user: bo,
      channel: ask?.channelId ?? '',
      ts: ask?.ts ?? '',
      action: { type: 'button', action_id: 'task.decide:0', block_id: 'b', value },
    });
    await expect
      .poll(async () => (await bot.fixture.engine.read(testOrgId, state.id)).state.status)
      .toBe('COMPLETED');
    await bot.fixture.engine.idle();
    const card = (await people.messages(general)).find(({ ts }) => ts === delivery.messages['card']?.ts);
    expect(JSON.stringify(card)).toContain('Complete');
  });
});
