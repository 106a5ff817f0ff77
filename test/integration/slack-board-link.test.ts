import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { userMessage } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');

describe.skipIf(isMongoMissing())('/workflow board', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
  });

  /** What only this person sees of the answer. */
  async function ask(user: string, text: string): Promise<string> {
    await bot.slack.sendCommand({ user, channel: '#general', text });
    return JSON.stringify(bot.slack.ephemerals(user).at(-1) ?? {});
  }

  function linkIn(answer: string): URL {
    return new URL(/http:[^"]+\/board\/sign-in\?[^"]+/.exec(answer)?.[0] ?? 'http://no-link.invalid');
  }

  it('gives each person a link of their own, which only they see', async () => {
    const link = linkIn(await ask(bo, 'board'));
    const token = link.searchParams.get('link') ?? '';
    expect((await bot.org.sessions.readLink(token))?.userId).toBe(bo);
    const seenByOthers = JSON.stringify([bot.slack.messages('#general'), bot.slack.ephemerals(ana)]);
    expect(seenByOthers).not.toContain(token);
    expect(linkIn(await ask(bo, 'board')).searchParams.get('link')).not.toBe(token);
  });

  it('leads to one workflow when it is named', async () => {
    const workflow = await bot.addWorkflow('Refund approval', [userMessage('one', { assignee: ana })]);
    const answer = await ask(ana, 'board refund');
    expect(answer).toContain('Refund approval');
    expect(linkIn(answer).searchParams.get('to')).toBe(`/board/workflows/${workflow.id}`);
    expect(await ask(ana, 'board refumd approval')).toContain('Did you mean');
  });
});
