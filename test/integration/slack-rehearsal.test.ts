import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { human, prompt, testOrgId, userMessage } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');

describe.skipIf(isMongoMissing())('a rehearsal in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    await bot.addWorkflow(
      'Contract check',
      [
        prompt('extract', {
          inputsTemplate: { prompt: 'What is the risk of {{inputs.contract}}?' },
          outputSchema: {
            type: 'object',
            properties: { risk: { enum: ['low', 'high'] } },
            required: ['risk'],
          },
          handoffs: [
            { condition: 'risky', when: { properties: { risk: { const: 'high' } } }, to: 'review' },
            { condition: 'default', to: 'tell' },
          ],
        }),
        human('review', {
          inputsTemplate: { message: 'Sign {{inputs.contract}} although it is risky?' },
          assignees: [bo, 'chi@example.com'],
          deadline: { after: '2d', then: 'fail' },
        }),
        userMessage('tell', { assignee: bo }),
      ],
      {
        type: 'object',
        properties: { contract: { type: 'string', minLength: 1 } },
        required: ['contract'],
      },
    );
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  const direct = (): string => bot.slack.directMessageId(ana);

  function rehearsal(): FakeMessage {
    const last = bot.slack.messages(direct()).findLast(({ text }) => text?.startsWith('Rehearsal of'));
    if (last === undefined) throw new Error('there is no rehearsal');
    return last;
  }

  function shown(): string {
    return JSON.stringify(rehearsal().blocks);
  }

  async function begin(text = 'simulate contract'): Promise<void> {
    const count = (): number => bot.slack.messages(direct()).length + bot.slack.ephemerals(ana).length;
    const before = count();
    await bot.slack.sendCommand({ user: ana, channel: '#general', text });
    // The rehearsal is posted after the command was acknowledged, and then it is said where.
    await expect.poll(() => count() - before).toBe(text === 'simulate' ? 1 : 2);
  }

  async function click(buttonText: string, expected: RegExp): Promise<void> {
    const { ts } = rehearsal();
    await bot.slack.clickButton({ user: ana, channel: direct(), ts, buttonText });
    await expect.poll(shown).toMatch(expected);
  }

  it('shows each ask as it would look, takes outputs and decisions, goes back and starts over', async () => {
    await begin('simulate contract contract="The lease"');
    expect(shown()).toMatch(/🎭 Rehearsal: Contract check/);
    expect(shown()).toMatch(/Nothing here is real/);
    expect(shown()).toMatch(/What is the risk of The lease\?/);
    await click('risky → Review: {"risk":"high"}', /Sign The lease although it is risky\?/);
    expect(shown()).toContain('This is what');
    expect(shown()).not.toContain('task.decide');
    await click('Approve', /Please do tell/);
    await click('Mark done', /The task is completed/);
    await click('Back one step', /Please do tell/);
    await click('Start over', /What is the risk/);
    expect(shown()).not.toContain('What has happened so far');
  });

  it('asks for the reason of a decision as the form would, and lets time pass', async () => {
    await begin('simulate contract contract=NDA');
    await click('risky → Review: {"risk":"high"}', /Sign NDA/);
    const { ts } = rehearsal();
    await bot.slack.clickButton({ user: ana, channel: direct(), ts, buttonText: 'Reject' });
    await expect.poll(() => bot.slack.modals(ana).length).toBe(1);
    expect(JSON.stringify(bot.slack.modals(ana))).toContain('This is a rehearsal');
    await bot.slack.submitView({ user: ana, values: { comment: 'Too risky' } });
    await expect.poll(shown).toMatch(/“Review”: rejected/);
    await click('Back one step', /Sign NDA/);
    await click('Two days pass', /The task has stopped/);
  });

  it('tells nobody else, starts no task and asks no model', async () => {
    expect(await bot.fixture.tasks.list(testOrgId, {}, { limit: 10 })).toEqual([]);
    expect(bot.slack.messages(bot.slack.directMessageId(bo))).toEqual([]);
    expect(bot.fixture.performer.performed).toEqual([]);
  });

  it('makes one move of two clicks on the same button', async () => {
    await begin('simulate contract contract=A');
    await click('default → Tell: {"risk":"low"}', /Please do tell/);
    const twice = { user: ana, channel: direct(), ts: rehearsal().ts, buttonText: 'Mark done' };
    await Promise.all([bot.slack.clickButton(twice), bot.slack.clickButton(twice)]);
    await expect.poll(shown).toMatch(/The task is completed/);
    expect(shown()).toContain('2. “Tell”: done');
    expect(shown()).not.toContain('3. ');
  });

  it('saves what was rehearsed as a scenario, and the card says when it fails', async () => {
    await begin('simulate contract contract=B');
    await click('default → Tell: {"risk":"low"}', /Please do tell/);
    await click('Mark done', /is completed/);
    const { ts } = rehearsal();
    await bot.slack.clickButton({ user: ana, channel: direct(), ts, buttonText: 'Save as scenario…' });
    await expect.poll(() => bot.slack.modals(ana).length).toBe(1);
    await bot.slack.submitView({ user: ana, values: { name: 'Low risk' } });
    const said = (): string => JSON.stringify(bot.slack.messages(direct()).at(-1));
    await expect.poll(said).toMatch(/Low risk.*Its scenario passes/);
    const [workflow] = await bot.fixture.workflows.list(testOrgId);
    const { definition } = await bot.fixture.workflows.get(testOrgId, workflow!.id);
    const steps = definition.steps.slice(0, 2);
    const extract = { ...steps[0]!, handoffs: [{ condition: 'default', to: 'review' }] };
    await bot.fixture.workflows.change(
      testOrgId,
      workflow!.id,
      { steps: [extract as (typeof steps)[number], steps[1]!] },
      { kind: 'system' },
    );
    const count = bot.slack.ephemerals(ana).length;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'edit contract' });
    await expect.poll(() => bot.slack.ephemerals(ana).length).toBe(count + 1);
    expect(JSON.stringify(bot.slack.ephemerals(ana).at(-1))).toMatch(
      /Its scenario fails: \*Low risk\*.*Move 2/,
    );
  });

  it('says of failing scenarios when the workflow is activated, which they do not hold up', async () => {
    const [workflow] = await bot.fixture.workflows.list(testOrgId);
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'pause contract' });
    const count = bot.slack.ephemerals(ana).length;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: 'activate contract' });
    await expect.poll(() => bot.slack.ephemerals(ana).length).toBe(count + 1);
    const told = bot.slack.ephemerals(ana).at(-1);
    expect(JSON.stringify(told)).toMatch(
      new RegExp(`people can start it.*Its scenario fails: \\*Low risk\\*.*Move 2.*by <@${bo}>`),
    );
    expect((await bot.fixture.workflows.get(testOrgId, workflow!.id)).workflow.status).toBe('ACTIVE');
    const ts = told?.ts ?? '';
    await bot.slack.clickButton({ user: ana, channel: '#general', ts, buttonText: 'Scenarios' });
    await expect
      .poll(() => JSON.stringify(bot.slack.ephemerals(ana).at(-1)))
      .toMatch(/Scenarios: Contract.*by way of Extract → Review/);
  });

  it('tries everything and reports it', async () => {
    const count = bot.slack.ephemerals(ana).length;
    await begin('simulate contract contract=C');
    const { ts } = rehearsal();
    await bot.slack.clickButton({ user: ana, channel: direct(), ts, buttonText: 'Try everything' });
    const told = (): string => JSON.stringify(bot.slack.ephemerals(ana).slice(count));
    await expect.poll(told).toMatch(/handoffs covered/);
    expect(told()).toContain(`<@${bo}> is asked at most once`);
    expect(told().replaceAll(`<@${bo}>`, '')).not.toContain(bo);
    expect(told()).toMatch(/Stopped at “Review”: .*“Review”/);
  });

  it('offers the workflows when none is named', async () => {
    await begin('simulate');
    expect(JSON.stringify(bot.slack.ephemerals(ana).at(-1))).toContain(
      'Which workflow do you want to simulate?',
    );
  });
});
