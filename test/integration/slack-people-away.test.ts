import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { type Name, people, type PeopleStage, startPeopleStage, words } from '../support/people-stage.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const { ana, bo, chi, dee, eve, gone } = people;
const dayMs = 86_400_000;

describe.skipIf(isMongoMissing())('people who are away', () => {
  let database: TestDatabase;
  let stage: PeopleStage;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await startPeopleStage(database.uri);
  });
  afterAll(async () => {
    await stage.close();
    await database.drop();
  });
  afterEach(async () => {
    expect(stage.bot.slack.violations()).toEqual([]);
    for (const who of ['ana', 'bo', 'chi', 'dee', 'eve'] as const) await stage.command(who, 'away off');
    await stage.pass(120_000);
  });

  async function away(who: Name, words: string): Promise<void> {
    await stage.command(who, `away ${words}`);
    await expect.poll(() => stage.told(who)).toContain('You are away');
  }

  async function settingsOf(userId: string): Promise<unknown> {
    return stage.bot.org.settings.find(testOrgId, userId);
  }

  it('have new asks go to who stands in, which says for whom', async () => {
    await away('bo', `until friday delegate <@${chi}|chi>`);
    await stage.start([human('pay', { assignees: [bo] })]);
    expect(stage.shown('bo')).not.toContain('Decide pay?');
    expect(words(stage.ask('chi'))).toContain(`You are asked for <@${bo}>, who is away`);
    expect((await stage.step()).delegations).toMatchObject([{ from: bo, to: chi }]);
    expect(stage.shown('#general')).toContain('passed on to');
    await stage.click('chi', 'Approve');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
    const events = await stage.bot.org.audit.list(
      {
        access: { orgId: testOrgId, role: 'owner', teamIds: [], userId: bo, handler: null },
        actor: { kind: 'system' },
      },
      testOrgId,
      {},
      { limit: 50 },
    );
    expect(events.map(({ event }) => event.type)).toContain('AWAY_CHANGED');
  });

  it('have messages go to who stands in as well', async () => {
    await away('bo', `for 1d delegate <@${chi}>`);
    await stage.start([userMessage('read', { assignee: 'bo@example.com' })]);
    expect(words(stage.ask('chi'))).toContain('Please do read');
    await stage.click('chi', 'Mark done');
    expect(await stage.task()).toMatchObject({ status: 'COMPLETED' });
  });

  it('are there again by themselves when the time has come', async () => {
    await away('bo', `for 2d delegate ${chi}`);
    await stage.pass(2 * dayMs + 60_000);
    await stage.start([human('back', { assignees: [bo] })]);
    expect(words(stage.ask('bo'))).toContain('Decide back?');
  });

  it('without anybody who stands in are asked all the same, and the owners are told', async () => {
    await away('bo', 'until tomorrow');
    await stage.start([human('alone', { assignees: [bo] })]);
    expect(words(stage.ask('bo'))).toContain('Decide alone?');
    expect(stage.shown('ana')).toContain('Stage');
    expect(stage.shown('ana')).toMatch(/❗.*alone/i);
    expect((await stage.step()).delegations).toMatchObject([{ from: bo, to: null }]);
  });

  it('end a circle of delegates with the owners being told', async () => {
    await away('bo', `for 3d delegate <@${chi}>`);
    await away('chi', `for 3d delegate <@${dee}>`);
    await away('dee', `for 3d delegate <@${bo}>`);
    await stage.start([human('circle', { assignees: [bo] })]);
    const step = await stage.step();
    expect(step.delegations).toMatchObject([
      { from: bo, to: chi },
      { from: chi, to: dee },
      { from: dee, to: null },
    ]);
    expect(step.assignees).toEqual([dee]);
    expect(words(stage.ask('dee'))).toContain('Decide circle?');
    expect(stage.shown('ana')).toContain('in a circle');
  });

  it('are not stood in for by somebody whom a two-person rule keeps away', async () => {
    await away('bo', `for 3d delegate <@${ana}>`);
    await stage.start([human('two', { assignees: [bo], policy: { excludeStarter: true } })]);
    const step = await stage.step();
    expect(step.assignees).toEqual([bo]);
    expect(step.delegations).toMatchObject([{ from: bo, to: null }]);
    expect(words(stage.ask('bo'))).toContain('Decide two?');
  });

  it.each([
    ['mail', ['ana@example.com'], 1],
    ['handle', ['@ana', '@bo'], 2],
  ])(
    'or excluded leave too few, however they are named, and the owners are told: %s',
    async (name, assignees, required) => {
      await stage.start([human(name, { assignees, policy: { required, excludeStarter: true } })]);
      expect((await stage.step()).unanswerable).not.toBeNull();
      expect(stage.shown('ana')).toMatch(new RegExp(`❗.*${name}`, 'i'));
      expect(await stage.log('WORKFLOW_STEP_EXECUTION_ESCALATED')).toHaveLength(1);
    },
  );

  it('who have left count as away with nobody who stands in', async () => {
    await stage.start([human('left', { assignees: [gone] })]);
    expect((await stage.step()).delegations).toMatchObject([{ from: gone, to: null }]);
    expect(stage.shown('ana')).toMatch(/❗.*left/i);
    await stage.command('ana', `reassign ${(await stage.task()).id} to=<@${bo}>`);
    expect(words(stage.ask('bo'))).toContain('Decide left?');
  });

  it('hand over what already waits for them, with one click', async () => {
    const steps: StepInput[] = [human('old', { assignees: [bo] })];
    const first = await stage.start(steps);
    const second = await stage.start([human('group', { assignees: ['@finance'] })]);
    await stage.command('bo', `away until next monday delegate <@${chi}>`);
    await expect.poll(() => stage.told('bo')).toMatch(/One open ask waits|open asks wait/);
    const offer = stage.bot.slack.ephemerals(bo).at(-1);
    const button = words(offer).includes('Hand them over') ? 'Hand them over' : 'Hand it over';
    await stage.bot.slack.clickButton({
      user: bo,
      channel: '#general',
      ts: offer?.ts ?? '',
      buttonText: button,
    });
    await stage.settle();
    await expect.poll(() => stage.told('bo')).toContain(`with <@${chi}> now`);
    const tasks = await stage.bot.fixture.tasks.list(testOrgId, { waitingFor: [chi] }, { limit: 10 });
    expect(tasks.map(({ id }) => id)).toContain(first.id);
    expect(tasks.map(({ id }) => id)).not.toContain(second.id);
    expect(
      words(stage.bot.slack.messages(bo).findLast((one) => words(one).includes('Decide old?'))),
    ).toContain('stands in while you are away');
  });

  it('set it in a form as well, with their working hours, and see it on the Home tab', async () => {
    await stage.bot.slack.openHome(bo);
    const home = stage.bot.slack.homeView(bo);
    expect(JSON.stringify(home)).toContain('You are here.');
    await stage.bot.slack.clickInView({
      user: bo,
      viewId: home?.id ?? '',
      buttonText: 'Set away or working hours',
    });
    const back = new Date(stage.bot.clock.now().getTime() + 5 * dayMs).toISOString().slice(0, 10);
    const wrong = await stage.bot.slack.submitView({
      user: bo,
      values: { 'Back on': back, 'Work begins at': 'nine' },
    });
    expect(Object.keys(wrong.errors)).toEqual(['away_from']);
    const self = await stage.bot.slack.submitView({
      user: bo,
      values: { 'Back on': back, 'Work begins at': '8:00', ...standIn(`<@${bo}>`) },
    });
    expect(Object.values(self.errors).join()).toContain('Somebody else has to stand in');
    await stage.bot.slack.submitView({
      user: bo,
      values: { 'Back on': back, 'Work begins at': '8:00', ...standIn(`<@${chi}>`) },
    });
    await stage.settle();
    expect(await settingsOf(bo)).toMatchObject({
      workingHours: { from: '08:00', to: '17:30', days: [1, 2, 3, 4, 5] },
      away: { delegate: chi, until: new Date(`${back}T08:00:00.000Z`) },
    });
    await expect.poll(() => JSON.stringify(stage.bot.slack.homeView(bo))).toContain(`<@${chi}> stands in`);
    await stage.bot.slack.clickInView({
      user: bo,
      viewId: stage.bot.slack.homeView(bo)?.id ?? '',
      buttonText: 'I am back',
    });
    await expect.poll(() => JSON.stringify(stage.bot.slack.homeView(bo))).toContain('You are here.');
  });

  it('are told what is wrong with what they typed', async () => {
    await stage.command('bo', 'away until yesterday');
    await expect.poll(() => stage.told('bo')).toContain('no time that lies ahead');
    await stage.command('bo', 'away until friday delegate @finance');
    await expect.poll(() => stage.told('bo')).toContain('One person stands in');
    await stage.command('bo', `away until friday delegate <@${bo}>`);
    await expect.poll(() => stage.told('bo')).toContain('Somebody else has to stand in');
    await stage.command('bo', `away until friday delegate <@${gone}>`);
    await expect.poll(() => stage.told('bo')).toContain('deactivated');
    expect(await settingsOf(bo)).not.toMatchObject({ away: { delegate: gone } });
  });

  it('say so at once when nobody who is asked may decide', async () => {
    await stage.start([human('void', { assignees: ['@nobody'] })]);
    expect((await stage.step()).unanswerable?.reason).toContain('Nobody is in @nobody');
    expect(stage.shown('ana')).toContain('Nobody is in @nobody');
    await stage.start([human('own', { assignees: ['@justana'], policy: { excludeStarter: true } })]);
    expect((await stage.step()).unanswerable?.reason).toContain('two-person rule');
    await stage.start([human('few', { assignees: ['@finance'], policy: { required: 4 } })]);
    expect((await stage.step()).unanswerable?.reason).toContain('needs 4 people');
    await stage.start([userMessage('note', { assignee: '@finance' })]);
    expect((await stage.step()).unanswerable).toBeNull();
  });

  it('hear as the owners of a workflow, who are the members of its team', async () => {
    const by = {
      access: { orgId: testOrgId, role: 'owner', teamIds: [], userId: ana, handler: null },
      actor: { kind: 'system' },
    } as const;
    const team = await stage.bot.org.teams.create(by, testOrgId, 'Refunds');
    const member = await stage.bot.org.members.find(testOrgId, eve);
    const added = member ?? (await stage.bot.org.members.see(testOrgId, eve, 'eve'));
    await stage.bot.org.teams.addMember(by, testOrgId, team.id, added.id);
    const { workflow } = await stage.bot.fixture.workflows.create({
      orgId: testOrgId,
      teamId: team.id,
      name: 'Owned',
      description: '',
      inputsSchema: { type: 'object' },
      steps: [human('owned', { assignees: ['@nobody'] })],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    await stage.bot.fixture.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: ana, name: 'Ana' },
      origin: { kind: 'slack', channelId: 'C01GEN', threadTs: null },
      startKey: null,
    });
    await stage.settle();
    expect(stage.shown('eve')).toContain('Nobody is in @nobody');
  });

  function standIn(mention: string): Record<string, string | string[]> {
    const form = JSON.stringify(stage.bot.slack.modals(bo).at(-1) ?? {});
    return form.includes('multi_users_select')
      ? { away_picked: [mention.replace(/[<@>]/g, '')] }
      : { 'Who stands in': mention };
  }
});
