import { beforeAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { type FaultStage, setFaultStage } from '../support/faults/fault-stage.ts';
import { idOf } from '../support/slack-bot.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const ana = idOf('ana');
const patience = { timeout: 40_000, interval: 50 };
const workflow = {
  name: 'Orders',
  steps: [],
  inputsSchema: { type: 'object', properties: { customer: { type: 'string' } }, required: ['customer'] },
};

describe.skipIf(isMongoMissing())('a batch whose bot is killed', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await compileProgram();
  }, 120_000);

  /** The batch's own message, however often it stands there. */
  function shown({ slack }: FaultStage): FakeMessage[] {
    return slack
      .messages('#general')
      .filter(({ blocks }) => JSON.stringify(blocks ?? []).includes('orders.csv for Orders'));
  }

  function results(stage: FaultStage): FakeMessage[] {
    const [root] = shown(stage);
    return stage.slack
      .messages('#general')
      .filter(({ thread_ts: thread, files }) => thread === root?.ts && files !== undefined);
  }

  async function expectOneOfEach(failpoints: readonly string[]): Promise<void> {
    const stage = await setFaultStage({ failpoints, workflow });
    try {
      const { slack, bot } = stage;
      const message = await slack.postAs({ user: ana, channel: '#general', text: 'Here it is' });
      message.files = [slack.files.share(ana, 'orders.csv', 'customer\nAcme\nBolt\n')];
      const text = 'start orders file=orders.csv pace=6000';
      await slack.sendCommand({ user: ana, channel: '#general', text });
      await expect.poll(() => JSON.stringify(shown(stage)[0]?.blocks), patience).toContain('Start 2 tasks');
      // Whoever takes over has told of it too, if it was not noted.
      await expect.poll(async () => isNoted(stage), patience).toBe(true);
      await bot.whenReady();
      const { ts } = shown(stage)[0] as FakeMessage;
      const click = { user: ana, channel: '#general', ts, buttonText: 'Start 2 tasks' };
      // The bot may die before it answers; what it has begun goes on.
      await slack.clickButton(click).catch((error: unknown) => expect(error).toBeInstanceOf(TypeError));
      await expect.poll(() => JSON.stringify(shown(stage)[0]?.blocks), patience).toContain('Done');
      await expect.poll(() => results(stage).length, patience).toBe(1);
      await expect.poll(async () => isNoted(stage), patience).toBe(true);
      expect(bot.deaths().map(({ failpoint }) => failpoint)).toEqual(failpoints);
      expect(shown(stage)).toHaveLength(1);
      expect(results(stage)).toHaveLength(1);
      expect(await stage.database.collection('executions').countDocuments()).toBe(2);
    } finally {
      await stage.close();
    }
  }

  /** True when nobody works on the batch, and it needs nothing more. */
  async function isNoted({ database }: FaultStage): Promise<boolean> {
    const found = await database.collection('batches').findOne({});
    return found?.['lease'] === null && found['dueAt'] === null;
  }

  it('before it could note that it has posted the batch’s message has posted it once', async () => {
    await expectOneOfEach(['after-send-before-record:1']);
  });

  it('again when it has found it, and when it has told of the end, posts neither message nor result twice', async () => {
    await expectOneOfEach([
      'after-send-before-record:1',
      'after-send-before-record:1',
      'after-send-before-record:2',
    ]);
  });
});
