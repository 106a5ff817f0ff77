import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { human, testOrgId, userMessage, wait } from '../support/builders.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const system = { kind: 'system' } as const;
const hostile = 'Ask <!channel> & *_~ ```x``` "quotes": # no comment\n- שלום 👩‍👩‍👧‍👦 {{inputs.who}}';

const steps: StepInput[] = [
  human('boss', {
    inputsTemplate: { message: hostile },
    outcomes: [
      { name: 'approved', label: 'Yes: do it', style: 'primary' },
      { name: 'rejected', label: 'No', style: 'danger', requireComment: true },
    ],
    outputSchema: { type: 'object', properties: { risk: { enum: ['low', 'high'] } } },
    handoffs: [
      { condition: 'risky', when: { properties: { risk: { const: 'high' } } }, to: 'pause' },
      { condition: 'approved', to: 'tell' },
      { condition: 'rejected', to: 'complete' },
    ],
    reminder: { every: '1d', max: 2 },
  }),
  wait('pause', { for: '2d' }),
  userMessage('tell', { inputsTemplate: { message: 'Tell\n\n  them\n' } }),
];

describe.skipIf(isMongoMissing())('a workflow as a file in Slack', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let count = 0;

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
    bot.clock.advance(60_000);
  });

  function say(text: string): Promise<unknown> {
    return bot.slack.sendCommand({ user: ana, channel: '#general', text });
  }

  function direct(): FakeMessage[] {
    return bot.slack.messages(ana);
  }

  async function makeWorkflow(): Promise<string> {
    count += 1;
    const schema = { type: 'object', properties: { who: { type: 'string', title: 'Who?' } } };
    return (await bot.addWorkflow(`Travel ${count}`, steps, schema)).id;
  }

  async function exportText(slug: string): Promise<string> {
    const before = direct().length;
    await say(`export ${slug}`);
    await expect.poll(() => direct().length).toBeGreaterThan(before);
    return bot.slack.files.textOf(direct().at(-1) as FakeMessage) ?? '';
  }

  it('is sent as a file, and comes back exactly as it was', async () => {
    const id = await makeWorkflow();
    const text = await exportText(`travel-${count}`);
    expect(text).toContain(`name: Travel ${count}`);
    const file = bot.slack.files.share(ana, 'flow.yaml', text);
    await say('import');
    const same = await bot.slack.submitView({ user: ana, values: { File: [String(file.id)] } });
    expect(JSON.stringify(same.view?.blocks)).toContain('Nothing would change');
    await bot.slack.closeView({ user: ana });

    const { definition: before } = await bot.fixture.workflows.get(testOrgId, id);
    const first = before.steps[0]?.id ?? '';
    await bot.fixture.workflows.changeStep(testOrgId, id, first, { reminder: { every: '5d' } }, system);
    await say('import');
    const preview = await bot.slack.submitView({ user: ana, values: { File: [String(file.id)] } });
    expect(preview.outcome).toBe('updated');
    expect(JSON.stringify(preview.view?.blocks)).toContain('5d');
    const applied = await bot.slack.submitView({ user: ana });
    expect(applied.outcome).toBe('closed');
    const { definition: after } = await bot.fixture.workflows.get(testOrgId, id);
    expect(after.steps).toEqual(before.steps);
    expect(after.inputsSchema).toEqual(before.inputsSchema);
    expect(await exportText(`travel-${count}`)).toBe(text);
  });

  it('is made as a draft when there is none of its name, from a pasted text', async () => {
    await say('import');
    const text = 'name: Pasted\ninputsSchema: { type: object }\nsteps: []\n';
    const preview = await bot.slack.submitView({ user: ana, values: { 'Or its text': text } });
    expect(JSON.stringify(preview.view?.blocks)).toContain('There is no workflow called *Pasted* yet');
    expect((await bot.slack.submitView({ user: ana })).outcome).toBe('closed');
    await expect.poll(() => bot.slack.messages('#general').at(-1)?.text).toContain('Pasted: 📝 Draft');
  });

  it('says what is wrong with a text, and where, and keeps it', async () => {
    await say('import');
    const broken = await bot.slack.submitView({ user: ana, values: { 'Or its text': 'name: [oh' } });
    expect(broken.errors).toEqual({ import_text: expect.stringContaining('line 1') });
    const odd =
      'name: X\ninputsSchema: { type: object }\nsteps:\n  - { name: a, type: HUMAN, inputsTemplate: { message: hi }, wrong: 1 }\n';
    const refused = await bot.slack.submitView({ user: ana, values: { 'Or its text': odd } });
    expect(refused.errors).toEqual({ import_text: expect.stringContaining('steps/0') });
    const nothing = await bot.slack.submitView({ user: ana });
    expect(nothing.errors).toEqual({ import_text: expect.stringContaining('shared no file') });
  });

  it('shows again what would change when somebody changed the workflow after the preview', async () => {
    const id = await makeWorkflow();
    const text = (await exportText(`travel-${count}`)).replace('2d', '3d');
    const file = bot.slack.files.share(ana, 'flow.yaml', text);
    await say(`import travel-${count}`);
    await bot.slack.submitView({ user: ana, values: { File: [String(file.id)] } });
    await bot.fixture.workflows.addStep(testOrgId, id, userMessage('new_one'), system);
    const again = await bot.slack.submitView({ user: ana });
    expect(JSON.stringify(again.view?.blocks)).toContain('Somebody else changed this workflow meanwhile');
    expect(JSON.stringify(again.view?.blocks)).toContain('new_one');
    expect((await bot.slack.submitView({ user: ana })).outcome).toBe('closed');
    const { definition } = await bot.fixture.workflows.get(testOrgId, id);
    expect(definition.steps.map(({ name }) => name)).toEqual(['boss', 'pause', 'tell']);
    expect(definition.steps[1]).toMatchObject({ for: '3d' });
  });

  it('comes as text when Slack takes no file, and says why', async () => {
    await makeWorkflow();
    bot.slack.failNext({ method: 'files.getUploadURLExternal', error: 'missing_scope' });
    const before = direct().length;
    await say(`export travel-${count}`);
    await expect.poll(() => direct().length).toBeGreaterThan(before);
    const shown = JSON.stringify(direct().slice(before));
    expect(shown).toContain('Slack did not take it as a file');
    expect(shown).toContain('name: Travel');
    expect(shown).toContain('&lt;!channel&gt;');
  });
});
