import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePage } from '../support/browser/workspace-page.ts';
import { checkAfter } from '../support/e2e/check-after.ts';
import { canRunE2e, type E2eBot, startE2eBot } from '../support/e2e/e2e-bot.ts';
import { latestTask } from '../support/e2e/latest-task.ts';

/** A field of every kind that a form has; `notes`, `fee` and `host` are left empty. */
const inputsSchema = {
  type: 'object',
  properties: {
    title: { type: 'string', description: 'Stands on the badges', minLength: 3, maxLength: 40 },
    seats: { type: 'integer', description: 'How many can come', minimum: 1, maximum: 20 },
    budget: { type: 'number', exclusiveMinimum: 0 },
    fee: { type: 'number', minimum: 0 },
    online: { type: 'boolean', description: 'Is there a link to join?' },
    recorded: { type: 'boolean' },
    level: { type: 'string', enum: ['beginner', 'advanced'] },
    starts_on: { type: 'string', format: 'date', description: 'The first day' },
    venue: {
      type: 'object',
      properties: { city: { type: 'string', minLength: 1 }, floor: { type: 'integer' } },
      required: ['city'],
    },
    host: {
      type: 'object',
      properties: { email: { type: 'string', format: 'email' } },
      required: ['email'],
    },
    topics: { type: 'array', items: { type: 'string' }, minItems: 2 },
    days: { type: 'array', items: { enum: ['monday', 'tuesday', 'friday'] } },
    contact: { type: 'string', format: 'email' },
    notes: { type: 'string', maxLength: 500 },
  },
  required: ['title', 'seats', 'budget', 'online', 'level', 'starts_on', 'venue', 'topics'],
};

describe.skipIf(!canRunE2e())('the form that is made from an inputs schema', { timeout: 60_000 }, () => {
  let bot: E2eBot;
  let ui: WorkspacePage;

  beforeAll(async () => {
    bot = await startE2eBot();
    ui = bot.ui;
    await bot.api.post(`/orgs/${bot.program.orgId}/workflows`, {
      name: 'Plan a course',
      inputsSchema,
      steps: [
        {
          name: 'announce',
          type: 'USER_MESSAGE',
          inputsTemplate: { message: 'Announce {{inputs.title}} in {{inputs.venue.city}}.' },
        },
      ],
    });
    await ui.actAs('Ana Ruiz');
    await ui.openChannel('general');
    await ui.typeCommand('/workflow start plan a course');
    await ui.waitForModal('Plan a course');
  }, 120_000);

  afterAll(() => bot?.stop());

  afterEach((context) => checkAfter(bot, context));

  it('shows descriptions and limits below its fields', async () => {
    await ui.waitForText('Stands on the badges', { within: 'modal' });
    await ui.waitForText('from 1 to 20', { within: 'modal' });
    await ui.waitForText('The first day', { within: 'modal' });
  });

  it('asks for what is required before it is sent, and for nothing else', async () => {
    await ui.submitModal();

    const required = ['title', 'seats', 'budget', 'online', 'level', 'starts_on', 'venue/city', 'topics'];
    expect(Object.keys(await ui.modalErrors()).toSorted()).toEqual(required.toSorted());
  });

  it('marks each mistake at its own field, and starts nothing', async () => {
    await ui.fillField('Title', 'Be');
    await ui.fillField('Seats', '2.5');
    await ui.fillField('Budget', '1,000');
    await ui.selectOption('Online', 'No');
    await ui.selectOption('Level', 'advanced');
    await ui.fillField('Starts on', '2027-03-01');
    await ui.fillField('Venue › City', 'Porto');
    await ui.fillField('Venue › Floor', 'third');
    await ui.fillField('Topics', 'honey');
    await ui.fillField('Contact', 'ana at example');
    await ui.submitModal();
    await ui.waitForText('Must be a whole number', { within: 'modal' });

    expect(await ui.modalErrors()).toEqual({
      title: 'Must have at least 3 characters.',
      seats: 'Must be a whole number.',
      budget: 'Write it without commas: 1000.',
      'venue/floor': 'Must be a whole number, such as 42.',
      topics: 'Must have at least 2 entries.',
      contact: 'Must be an email address, such as ana@example.com.',
    });
    await ui.screenshot('31-every-mistake-marked');
    await expect(latestTask(bot, 'plan-a-course')).rejects.toThrow('no task');
  });

  it('starts the task with typed values when all is right', async () => {
    await ui.fillField('Title', 'Bees');
    await ui.fillField('Seats', '12');
    await ui.fillField('Budget', '1000.50');
    await ui.selectOption('Recorded', 'Yes');
    await ui.fillField('Venue › Floor', '3');
    await ui.fillField('Topics', 'honey, wax');
    await ui.selectOption('Days', 'monday');
    await ui.selectOption('Days', 'friday');
    await ui.fillField('Contact', 'ana@example.com');
    await ui.screenshot('32-everything-right');
    await ui.submitModal();
    await ui.waitForModalClosed();

    await ui.waitForText(/Waiting for/, { within: { message: 'Plan a course #' } });
    await ui.screenshot('33-values-on-the-card');
    const { status, context } = await latestTask(bot, 'plan-a-course');
    expect(status).toBe('RUNNING');
    expect(context.inputs).toEqual({
      title: 'Bees',
      seats: 12,
      budget: 1000.5,
      online: false,
      recorded: true,
      level: 'advanced',
      starts_on: '2027-03-01',
      venue: { city: 'Porto', floor: 3 },
      topics: ['honey', 'wax'],
      days: ['monday', 'friday'],
      contact: 'ana@example.com',
    });
  });
});
