import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { anyInputs, human, testOrgId, userMessage } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');

describe.skipIf(isMongoMissing())('the check in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    await make('Half done', [
      human('ok', {
        description: 'Boss decides',
        assignees: [idOf('bo')],
        deadline: { after: '1d', then: 'fail' },
        handoffs: [{ condition: 'approved', to: 'complete' }],
      }),
      userMessage('lost'),
    ]);
    await make('All right', [userMessage('only')]);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function make(name: string, steps: StepInput[]): Promise<void> {
    await bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name,
      description: '',
      inputsSchema: anyInputs,
      steps,
      status: 'DRAFT',
      createdBy: { kind: 'person', userId: ana, name: 'ana' },
    });
  }
  async function say(text: string, user = ana): Promise<string> {
    await bot.slack.sendCommand({ user, channel: '#general', text });
    return JSON.stringify(bot.slack.ephemerals(user).at(-1) ?? {});
  }

  it('tells what goes wrong, with the way there, to whoever asks', async () => {
    const answer = await say('check half');
    expect(answer).toContain('2 errors, 1 warning');
    expect(answer).toContain('No task can come to “Lost”');
    expect(answer).toContain('↓ \\"rejected\\" is chosen');
    expect(await say('check all right')).toContain('Every step can be reached');
    expect(await say('check hlf done')).toContain('Did you mean *Half done*?');
  });

  it('offers a choice without a name', async () => {
    expect(await say('check')).toContain('Half done');
  });

  it('opens the form that mends a finding', async () => {
    await say('check half');
    const message = bot.slack.ephemerals(ana).at(-1);
    const value = /"value":"([^"]+:routes:1)"/.exec(JSON.stringify(message))?.[1] ?? '';
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: message?.ts ?? '', value });
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('When “Reject” is chosen');
    await bot.slack.closeView({ user: ana });
  });

  it('mentions the people whom a finding is about', async () => {
    const [bo, chi] = [idOf('bo'), idOf('chi')];
    const policy = { excludePrevious: true };
    await make('Same two', [
      human('first', { assignees: [bo, chi], deadline: { after: '1d', then: 'fail' } }),
      human('again', { assignees: [bo], policy, deadline: { after: '1d', then: 'fail' } }),
    ]);
    const answer = await say('check same two');
    expect(answer).toContain(`of <@${bo}> nobody is left to decide it`);
    expect(answer.replaceAll(/<@[^>]+>/g, '')).not.toContain(bo);
  });

  it('leads from a way that goes round to the form that says how often', async () => {
    await make('Rework', [
      userMessage('write', { assignee: ana }),
      human('review', {
        assignees: [idOf('bo')],
        deadline: { after: '1w', then: 'escalate', escalateTo: ['@delegate'] },
        handoffs: [
          { condition: 'approved', to: 'complete' },
          { condition: 'rejected', to: 'write' },
        ],
      }),
    ]);
    expect(await say('check rework')).toContain('how often a task may come there at most');
    const message = bot.slack.ephemerals(ana).at(-1);
    const value = /"value":"([^"]+:visits:1)"/.exec(JSON.stringify(message))?.[1] ?? '';
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: message?.ts ?? '', value });
    const often = 'How often may a task come here at most?';
    const refused = await bot.slack.submitView({ user: ana, values: { [often]: '0' } });
    expect(refused.errors).toEqual({ visits_max: 'Must be a whole number from 1 to 1000.' });
    await bot.slack.submitView({ user: ana, values: { [often]: '3' } });
    const [rework] = (await bot.fixture.workflows.list(testOrgId)).filter(({ name }) => name === 'Rework');
    const { definition } = await bot.fixture.workflows.get(testOrgId, rework?.id ?? '');
    expect(definition.steps[0]).toMatchObject({ name: 'write', maxVisits: 3 });
    await expect
      .poll(() => JSON.stringify(bot.slack.ephemerals(ana).at(-1)))
      .toContain('Repeats: a task may come here 3 times');
    expect(await say('check rework')).toContain('Every step can be reached');
  });

  it('does not activate a workflow with errors, and says why', async () => {
    const answer = await say('activate half');
    expect(answer).toContain('It was not activated');
    expect(answer).toContain('2 errors');
    const all = await bot.fixture.workflows.list(testOrgId);
    expect(all.find(({ name }) => name === 'Half done')?.status).toBe('DRAFT');
    expect(await say('activate all right')).toContain('people can start it');
  });
});
