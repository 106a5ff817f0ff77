import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiExecution, createApiClient } from '../support/e2e/api-client.ts';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { buttonsOf, type DirectMessages, readDirectMessages } from '../support/e2e/direct-messages.ts';
import { type E2eSlack, startE2eSlack } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';
import { type RunningProgram, startProgram } from '../support/e2e/running-program.ts';
import { startRefundAsAna } from '../support/e2e/start-refund.ts';
import { connectLocalSlackControl, type LocalSlackControl } from '../support/slack/local-slack-control.ts';
import { localSlackAvailable } from '../support/slack/test-local-slack.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const ANA = 'U01ANA';
const BO = 'U01BO';
/** A lease has to run out before another process takes over what nobody finished. */
const takeover = { timeout: 45_000, interval: 250 };

const canRun = localSlackAvailable() && !isMongoMissing();

describe.skipIf(!canRun)('the program after kill -9, in a Slack that lives on', { timeout: 120_000 }, () => {
  let slack: E2eSlack;
  let control: LocalSlackControl;
  let program: RunningProgram | undefined;

  beforeAll(async () => {
    await compileProgram();
    slack = await startE2eSlack();
    control = await connectLocalSlackControl(slack.workspace.url);
  }, 120_000);

  afterAll(async () => {
    control?.close();
    await program?.terminate();
    await slack?.stop();
  });

  function messagesTo(user: string): Promise<DirectMessages | null> {
    return readDirectMessages(slack.workspace.url, user);
  }

  async function buttonsTo(user: string): Promise<string[]> {
    const { messages } = (await messagesTo(user)) ?? { messages: [] };
    return messages.flatMap((message) => buttonsOf(message).map(({ text }) => text));
  }

  /** The card and what stands in its thread; not what a slow machine made it tell somebody in between. */
  async function textsInGeneral(): Promise<string[]> {
    const texts = (await control.messages('C01GEN')).map(({ text }) => String(text));
    return texts.filter((text) => !/taking longer|took long/.test(text));
  }

  async function clickNewest(user: string, button: string): Promise<void> {
    const { channel, messages } = (await messagesTo(user)) ?? { channel: '', messages: [] };
    const message = messages.at(-1) ?? {};
    const found = buttonsOf(message).find(({ text }) => text === button);
    if (found === undefined) throw new Error(`the newest message to ${user} has no button ${button}`);
    await control.click({ user, channel, ts: String(message['ts']), action: found.action });
  }

  function read(): Promise<ApiExecution> {
    if (program === undefined) throw new Error('the program does not run');
    return latestTask({ api: createApiClient(program), program }, 'refund-approval');
  }

  it('posts nothing twice, and brings up to date what was posted and never recorded', async () => {
    program = await startProgram(slack.env);
    await startRefundAsAna(slack.workspace.url, { customer: 'Northwind', amount: '420' });
    await expect.poll(() => messagesTo(BO), takeover).toMatchObject({ messages: [{}] });
    // The note in the card's thread and the message to Ana arrive, and their answers get lost. The call that hangs
    // keeps the process busy, so that it dies with its lease.
    slack.proxy.failNext({ method: 'chat.postMessage', dropAfterSend: true, times: 2 });
    slack.proxy.failNext({ method: 'chat.update', hang: true });
    await clickNewest(BO, 'Approve');
    await expect.poll(() => messagesTo(ANA), takeover).toMatchObject({ messages: [{}] });
    await program.kill();

    program = await startProgram(slack.env);
    await clickNewest(ANA, 'Mark done');

    await expect.poll(read, takeover).toMatchObject({ status: 'COMPLETED', pointer: null });
    await expect.poll(textsInGeneral, takeover).toContainEqual(expect.stringContaining('is complete'));
    await expect.poll(() => buttonsTo(BO), takeover).toEqual([]);
    await expect.poll(() => buttonsTo(ANA), takeover).toEqual([]);
    expect((await messagesTo(BO))?.messages).toHaveLength(1);
    expect((await messagesTo(ANA))?.messages).toHaveLength(1);
    const texts = await textsInGeneral();
    expect(texts).toEqual([
      expect.stringContaining('Completed'),
      expect.stringContaining('Approved by'),
      expect.stringContaining('Done by'),
      expect.stringContaining('is complete'),
    ]);
    expect(slack.proxy.violations()).toEqual([]);
  });
});
