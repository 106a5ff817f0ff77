import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import type { Step } from '../../src/domain/definition.ts';
import type { WorkflowWithSteps } from '../../src/engine/workflows/workflows.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import type { SubmitResult } from '../support/slack/fake-view-driver.ts';
import { findMenuValue } from '../support/slack/find-menu-value.ts';
import type { FieldInputs } from '../support/slack/view-input.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const chi = idOf('chi');
const system = { kind: 'system' } as const;

describe.skipIf(isMongoMissing())('changing a workflow from its card', () => {
  let database: TestDatabase;
  let bot: SlackBot;
  let workflowId: string;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  beforeEach(async () => {
    count += 1;
    await open([human('first'), userMessage('second'), userMessage('third')]);
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  /** Makes a workflow, and shows its card to Ana. */
  async function open(steps: Parameters<SlackBot['addWorkflow']>[1]): Promise<void> {
    const workflow = await bot.addWorkflow(`Flow ${count}x${steps.length}`, steps);
    workflowId = workflow.id;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `edit ${workflow.slug}` });
  }

  function card(): FakeMessage {
    const shown = bot.slack.ephemerals(ana).at(-1);
    if (shown === undefined) throw new Error('no card was shown');
    return shown;
  }

  function read(): Promise<WorkflowWithSteps> {
    return bot.fixture.workflows.get(testOrgId, workflowId);
  }

  async function stepAt(index: number): Promise<Step> {
    const step = (await read()).definition.steps[index];
    if (step === undefined) throw new Error(`there is no step ${index}`);
    return step;
  }

  async function names(): Promise<string[]> {
    return (await read()).definition.steps.map(({ name }) => name);
  }

  async function useMenu(step: string, option: string, user = ana): Promise<void> {
    // The card is drawn anew after the change is answered.
    await expect.poll(() => JSON.stringify(card().blocks)).toContain(step);
    const value = findMenuValue(card(), step, option);
    await bot.slack.clickButton({
      user,
      channel: '#general',
      ts: card().ts,
      value,
      chosen: value,
      seen: card(),
    });
  }

  async function click(buttonText: string): Promise<void> {
    await bot.slack.clickButton({ user: ana, channel: '#general', ts: card().ts, buttonText });
  }

  function submit(values: FieldInputs): Promise<SubmitResult> {
    return bot.slack.submitView({ user: ana, values });
  }

  /** Opens the form of one part of a step. */
  async function change(step: string, part: string): Promise<void> {
    await useMenu(step, 'Edit');
    await submit({ 'What do you want to change?': part });
  }

  function shown(result: SubmitResult): string {
    return JSON.stringify(result.view?.blocks);
  }

  it('moves, copies and deletes steps, and shows the card anew each time', async () => {
    await useMenu('1. *First*', 'Move down');
    expect(await names()).toEqual(['second', 'first', 'third']);
    await useMenu('3. *Third*', 'Move up');
    expect(await names()).toEqual(['second', 'third', 'first']);
    await useMenu('3. *First*', 'Duplicate');
    expect(await names()).toEqual(['second', 'third', 'first', 'first_2']);
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('4. *First 2*');
    await useMenu('2. *Third*', 'Delete…');
    expect((await submit({})).outcome).toBe('closed');
    expect(await names()).toEqual(['second', 'first', 'first_2']);
    await expect.poll(() => JSON.stringify(card().blocks)).not.toContain('*Third*');
  });

  it('makes one copy of a click that comes twice', async () => {
    const value = findMenuValue(card(), '1. *First*', 'Duplicate');
    const twice = { user: ana, channel: '#general', ts: card().ts, value, chosen: value, seen: card() };
    await bot.slack.clickButton(twice);
    await bot.slack.clickButton(twice);
    expect(await names()).toEqual(['first', 'first_2', 'second', 'third']);
  });

  it('makes one step and one workflow of forms that are sent twice', async () => {
    await click('Add message');
    const values = { Step: 'Pack it', Message: 'Please pack' };
    await Promise.all([submit(values), submit(values)]);
    expect((await names()).filter((name) => name.startsWith('pack'))).toEqual(['pack_it']);

    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `new Twice ${count}` });
    const [one, two] = await Promise.all([submit({}), submit({})]);
    expect([one?.outcome, two?.outcome]).toEqual(['closed', 'closed']);
  });

  it('says what points at a step before it goes, and leads that elsewhere', async () => {
    await bot.fixture.workflows.changeStep(
      testOrgId,
      workflowId,
      (await stepAt(0)).id,
      {
        handoffs: [
          { condition: 'approved', to: 'second' },
          { condition: 'rejected', to: 'complete' },
        ],
      },
      system,
    );
    const third = await stepAt(2);
    const inputsTemplate = { message: 'It is {{steps.second.output.x}}' };
    await bot.fixture.workflows.changeStep(testOrgId, workflowId, third.id, { inputsTemplate }, system);
    await useMenu('2. *Second*', 'Delete…');
    const form = JSON.stringify(bot.slack.modals(ana).at(-1)?.blocks);
    expect(form).toContain('*First* leads to it');
    expect(form).toContain('*Third* uses `{{steps.second…}}`');
    expect((await submit({ 'Where shall that lead instead?': 'Finish the task' })).outcome).toBe('closed');
    expect((await stepAt(0)).handoffs?.[0]).toEqual({ condition: 'approved', to: 'complete' });
  });

  it('changes every part of a decision', async () => {
    await change('1. *First*', 'Name and kind');
    await submit({ Step: 'Lead decides', Description: 'Who leads the team', 'Name in templates': 'lead' });
    await submit({ 'What do you want to change?': 'Text' });
    const text = await submit({ 'What is to be decided?': 'Take {{inputs.who}}?' });
    expect(text.outcome).toBe('updated');
    await submit({ 'What do you want to change?': 'People' });
    await submit({ 'Who decides?': [bo, chi], 'Groups, channels or addresses': '@lead' });
    await submit({ 'What do you want to change?': 'Rules' });
    await submit({ 'How many people must agree?': '2', 'May whoever started the task decide?': 'No' });
    await submit({ 'What do you want to change?': 'Buttons' });
    const buttons = await submit({
      'Button 1': 'Hire',
      'Button 2': '',
      'Button 3': 'Later',
      'Look of button 3': 'Plain',
    });
    expect(shown(buttons)).toContain('“Hire”, “Later”');
    await submit({ 'What do you want to change?': 'Reminder' });
    await submit({ 'Remind after every': '1 day', 'How many times at most?': '2' });
    await submit({ 'What do you want to change?': 'Deadline' });
    await submit({ 'Must be answered within': '2d', 'Groups, channels or addresses': '@boss' });
    await submit({ 'What do you want to change?': 'Place' });
    await submit({ 'Where does it stand?': '2' });
    expect(await names()).toEqual(['second', 'third', 'lead']);
    expect(await stepAt(2)).toMatchObject({
      name: 'lead',
      description: 'Lead decides\nWho leads the team',
      type: 'HUMAN',
      inputsTemplate: { message: 'Take {{inputs.who}}?' },
      assignees: [bo, chi, '@lead'],
      policy: { required: 2, excludeStarter: true },
      outcomes: [
        { name: 'approved', label: 'Hire', style: 'primary' },
        { name: 'later', label: 'Later' },
      ],
      reminder: { every: '1d', max: 2 },
      deadline: { after: '2d', then: 'escalate', escalateTo: ['@boss'] },
    });
  });

  it('renames a step in routes and texts that use its name', async () => {
    const third = await stepAt(2);
    const inputsTemplate = { message: 'Because {{steps.first.comment}}; steps.first is text' };
    await bot.fixture.workflows.changeStep(testOrgId, workflowId, third.id, { inputsTemplate }, system);
    await change('1. *First*', 'Name and kind');
    await submit({ 'Name in templates': 'boss' });
    expect((await stepAt(2)).inputsTemplate).toEqual({
      message: 'Because {{steps.boss.comment}}; steps.first is text',
    });
  });

  it('lets silence approve only in those words', async () => {
    await change('1. *First*', 'Deadline');
    const values = {
      'Must be answered within': '2d',
      'When nobody has answered by then': 'Go on as “Approve”',
    };
    const refused = await submit(values);
    expect(refused.errors).toEqual({ deadline_confirm: expect.stringContaining('a timeout approves') });
    const saved = await submit({ ...values, 'May silence approve?': 'Yes: a timeout approves' });
    expect(saved.outcome).toBe('updated');
    expect(await stepAt(0)).toMatchObject({ deadline: { then: 'approved', confirm: 'a timeout approves' } });
  });

  it('builds the form of a step, and conditions on what is filled in', async () => {
    await change('1. *First*', 'Form: what is filled in');
    await submit({ 'What do you want to do?': 'Add a field' });
    const choices = { Label: 'Risk', Type: 'One of several choices', Choices: 'low, high' };
    const noChoices = await submit({ ...choices, Choices: '' });
    expect(noChoices.errors).toHaveProperty('field_choices');
    const noType = await submit({ ...choices, Type: 'Text, one line' });
    expect(noType.errors).toHaveProperty('field_choices');
    expect(shown(await submit(choices))).toContain('steps.first.output.risk');
    await submit({ 'What do you want to do?': 'Add a field' });
    await submit({ Label: 'Reply', 'Starts with': 'Dear {{inputs.who}}', 'Must it be filled in?': 'No' });
    expect(await stepAt(0)).toMatchObject({ prefill: { reply: 'Dear {{inputs.who}}' } });
    await submit({ 'What do you want to do?': 'Change “Reply”' });
    await submit({ Label: 'Answer', 'Name in templates': 'answer' });
    expect(await stepAt(0)).toMatchObject({ prefill: { answer: 'Dear {{inputs.who}}' } });
    await submit({ 'What do you want to do?': 'Change “Answer”' });
    await submit({ 'Keep this field?': 'Remove it' });
    expect(await stepAt(0)).not.toHaveProperty('prefill');
    await bot.slack.closeView({ user: ana });

    await change('1. *First*', 'Routes');
    await submit({ 'Conditions on what was answered': 'Save, and add a condition' });
    const empty = await submit({ Name: 'High risk', 'Then go to': 'Third' });
    expect(empty.outcome).toBe('refused');
    const condition = { Name: 'High risk', 'Field 1': 'risk', 'Value 1': 'high', 'Then go to': 'Third' };
    const saved = await submit(condition);
    expect(shown(saved)).toContain('“High risk”: risk is high');
    expect((await stepAt(0)).handoffs?.[0]).toEqual({
      condition: 'High risk',
      to: 'third',
      when: { type: 'object', properties: { risk: { const: 'high' } }, required: ['risk'] },
    });
    await submit({ 'Conditions on what was answered': 'Change “High risk”' });
    await submit({ 'Comparison 1': 'is not', 'Keep this condition?': 'Keep it' });
    expect((await stepAt(0)).handoffs?.[0]?.when).toHaveProperty('not');
    await submit({ 'Conditions on what was answered': 'Change “High risk”' });
    await submit({ 'Keep this condition?': 'Remove it' });
    expect((await stepAt(0)).handoffs?.map(({ condition: name }) => name)).toEqual(['approved', 'rejected']);
  });

  it('keeps a condition that rows cannot say, as JSON', async () => {
    const when = { properties: { risk: { type: 'string', minLength: 7 } }, patternProperties: {} };
    await open([
      human('only', {
        handoffs: [
          { condition: 'odd', when, to: 'complete' },
          { condition: 'default', to: 'complete' },
        ],
      }),
    ]);
    await change('1. *Only*', 'Routes');
    const form = await submit({ 'Conditions on what was answered': 'Change “odd”' });
    expect(shown(form)).toContain('patternProperties');
    const wrong = await submit({ condition_json: '{ "type": ' });
    expect(wrong.errors?.['condition_json']).toMatch(/line 1|position|JSON/);
    await submit({ Name: 'Odd one' });
    expect((await stepAt(0)).handoffs?.[0]).toEqual({ condition: 'Odd one', when, to: 'complete' });
  });

  it('edits what the workflow asks for', async () => {
    await click('Inputs');
    await submit({ 'What do you want to do?': 'Add a field' });
    await submit({ Label: 'Customer', Type: 'Text, one line' });
    await submit({ 'What do you want to do?': 'Add a field' });
    await submit({ Label: 'Amount', Type: 'Number', 'Must it be filled in?': 'No', Place: 'First' });
    expect((await read()).definition.inputsSchema).toEqual({
      type: 'object',
      properties: { amount: { type: 'number' }, customer: { type: 'string' } },
      required: ['customer'],
    });
    await submit({ 'What do you want to do?': 'Change “Amount”' });
    await submit({ 'Keep this field?': 'Remove it' });
    await submit({ 'What do you want to do?': 'schema' });
    const wrong = await submit({ 'JSON Schema': '{ "type": "objekt" }' });
    expect(wrong.errors).toEqual({ schema_json: expect.stringContaining('type') });
    const schema = { type: 'object', properties: { city: { type: 'string', minLength: 2 } } };
    await submit({ 'JSON Schema': JSON.stringify(schema) });
    expect((await read()).definition.inputsSchema).toEqual(schema);
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('City (optional)');
  });

  it('keeps what was typed for a field when somebody else changed the fields meanwhile', async () => {
    await click('Inputs');
    await submit({ 'What do you want to do?': 'Add a field' });
    const inputsSchema = { type: 'object', properties: { other: { type: 'string' } } };
    await bot.fixture.workflows.change(testOrgId, workflowId, { inputsSchema }, system);
    const again = await submit({ Label: 'Mine', Type: 'Number', Description: 'How many' });
    expect(shown(again)).toContain('Somebody else changed the fields');
    expect((await submit({})).outcome).toBe('updated');
    expect((await read()).definition.inputsSchema).toEqual({
      type: 'object',
      properties: { other: { type: 'string' }, mine: { description: 'How many', type: 'number' } },
      required: ['mine'],
    });
  });

  it('changes the settings, and refuses a name that is taken', async () => {
    const other = await bot.addWorkflow(`Other ${count}`, [userMessage('one')]);
    await click('Settings');
    const taken = await submit({ Name: other.name });
    expect(taken.errors).toHaveProperty('settings_name');
    const saved = await submit({
      Name: `Renamed ${count}`,
      Description: 'For new people',
      'Where the card of each task is posted': 'To whoever started it, directly',
    });
    expect(saved.outcome).toBe('closed');
    expect((await read()).workflow).toMatchObject({ description: 'For new people', postTo: 'starter' });
    expect((await read()).definition.postTo).toBe('starter');
  });

  it('saves beside what somebody else changed, and asks again where it is the same step', async () => {
    await change('1. *First*', 'Text');
    await bot.fixture.workflows.addStep(testOrgId, workflowId, userMessage('fourth'), system);
    expect((await submit({ 'What is to be decided?': 'Mine?' })).outcome).toBe('updated');
    expect(await names()).toContain('fourth');
    await submit({ 'What do you want to change?': 'Text' });
    const { id } = await stepAt(0);
    await bot.fixture.workflows.changeStep(testOrgId, workflowId, id, { maxVisits: 3 }, system);
    const again = await submit({ 'What is to be decided?': 'Mine again?' });
    expect(shown(again)).toContain('Somebody else changed this step');
    expect(shown(again)).toContain('Mine again?');
    expect((await submit({})).outcome).toBe('updated');
    expect(await stepAt(0)).toMatchObject({ maxVisits: 3, inputsTemplate: { message: 'Mine again?' } });
  });

  it('shows what was typed when the step or the workflow is gone', async () => {
    await change('1. *First*', 'Text');
    await bot.fixture.workflows.deleteStep(testOrgId, workflowId, (await stepAt(0)).id, system);
    const lost = await submit({ 'What is to be decided?': 'All that I wrote' });
    expect(shown(lost)).toContain('deleted this step');
    expect(shown(lost)).toContain('All that I wrote');
    await bot.slack.closeView({ user: ana });
    await click('Add message');
    await bot.fixture.workflows.archive(testOrgId, workflowId, system);
    const gone = await submit({ Step: 'Lost', Message: 'All that I wrote, too' });
    expect(shown(gone)).toContain('deleted this workflow');
    expect(shown(gone)).toContain('All that I wrote, too');
  });

  it('offers a button that opens the form again when it was too late', async () => {
    bot.slack.failNext({ method: 'views.open', error: 'expired_trigger_id' });
    await useMenu('1. *First*', 'Edit');
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('Open the form');
    await click('Open the form');
    expect(JSON.stringify(bot.slack.modals(ana).at(-1))).toContain('Edit step');
  });

  it('pauses and activates by name, and says what that means', async () => {
    const { slug } = (await read()).workflow;
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `pause ${slug}` });
    expect(JSON.stringify(card())).toContain(
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    );
    expect((await read()).workflow.status).toBe('PAUSED');
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `activate ${slug}` });
    expect((await read()).workflow.status).toBe('ACTIVE');
  });

  it('turns the pages of a workflow with 50 steps', async () => {
    await open(Array.from({ length: 50 }, (_, index) => userMessage(`s${index}`)));
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('Steps 1 to 12 of 50');
    await click('Later steps');
    await expect.poll(() => JSON.stringify(card().blocks)).toContain('Steps 13 to 24 of 50');
    await useMenu('13. *S12*', 'Duplicate');
    await expect.poll(() => JSON.stringify(card())).toContain('more than 50 steps');
  });

  it('brings the card in a conversation up to date when somebody else changes the workflow', async () => {
    await bot.slack.sendCommand({ user: ana, channel: '#general', text: `new Shown ${count}` });
    await submit({});
    const posted = (): FakeMessage | undefined => bot.slack.messages('#general').at(-1);
    await expect.poll(() => posted()?.text).toContain(`Shown ${count}`);
    const list = await bot.fixture.workflows.match(testOrgId, `Shown ${count}`);
    const id = list.kind === 'one' ? list.workflow.id : '';
    await bot.fixture.workflows.addStep(testOrgId, id, userMessage('from_elsewhere'), system);
    bot.connections.workflowChanges.announce(id);
    await expect.poll(() => JSON.stringify(posted()?.blocks)).toContain('From elsewhere');

    bot.slack.failNext({ method: 'chat.update', status: 500 });
    await bot.fixture.workflows.addStep(testOrgId, id, userMessage('during_an_outage'), system);
    bot.connections.workflowChanges.announce(id);
    await expect
      .poll(() => JSON.stringify(posted()?.blocks), { timeout: 10_000 })
      .toContain('During an outage');

    await bot.fixture.workflows.archive(testOrgId, id, system);
    bot.connections.workflowChanges.announce(id);
    await expect.poll(() => posted()?.text).toContain('deleted');
  });

  it('tells whoever may not change a workflow who may, and shows them no buttons for it', async () => {
    const members = memberModel(bot.fixture.database);
    await members.updateMany({ userId: bo }, { $set: { role: 'member' } });
    const { slug } = (await read()).workflow;
    await bot.slack.sendCommand({ user: bo, channel: '#general', text: `edit ${slug}` });
    const own = bot.slack.ephemerals(bo).at(-1);
    expect(JSON.stringify(own?.blocks)).toContain('1. *First*');
    expect(JSON.stringify(own?.blocks)).not.toContain('Add message');

    const value = findMenuValue(card(), '1. *First*', 'Duplicate');
    const asIfShown = { ...card(), ts: own?.ts ?? '' } as FakeMessage;
    await bot.slack.clickButton({
      user: bo,
      channel: '#general',
      ts: own?.ts ?? '',
      value,
      chosen: value,
      seen: asIfShown,
    });
    const told = (): string => JSON.stringify(bot.slack.ephemerals(bo).at(-1)?.blocks);
    await expect.poll(told).toContain('can change this workflow. Nothing changed.');
    expect(await names()).toEqual(['first', 'second', 'third']);
    await bot.slack.sendCommand({ user: bo, channel: '#general', text: `pause ${slug}` });
    expect((await read()).workflow.status).toBe('ACTIVE');
    await members.updateMany({ userId: bo }, { $set: { role: 'owner' } });
  });
});
