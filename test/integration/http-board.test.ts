import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { taskRef } from '../../src/domain/ids.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { nativeCollection } from '../../models/database.ts';
import { createMemberStore } from '../../models/member-store.ts';
import { memberModel } from '../../models/member.ts';
import { operatorOf } from '../support/access-stage.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { human, testOrgId, userMessage, wait } from '../support/builders.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const attack = '"><script>alert(1)</script>';
const paused =
  'This workflow is paused. Tasks already running keep going, but new ones won&#39;t start until you activate it.';

describe.skipIf(isMongoMissing())('the board', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  let workflow: Workflow;
  let visitor: BoardVisitor;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri);
    board.clock.set(new Date());
    visitor = await signInAs(board, 'U0ANA');
  });
  afterAll(async () => {
    await board.close();
    await testDatabase.drop();
  });

  async function start(name = 'ana', inputs: JsonObject = {}): Promise<string> {
    const { id } = await board.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs,
      startedBy: { kind: 'person', userId: `U0${name.toUpperCase()}`, name },
      origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
      startKey: null,
    });
    return id;
  }
  async function page(query = ''): Promise<string> {
    return (await visitor.get(`/board/workflows/${workflow.id}${query}`)).text;
  }
  /** The part of the page that shows the step at this place, from 1. */
  function column(text: string, place: number): string {
    const part = text.split('<section class="column"').find((one) => one.includes(`"place">${place}<`));
    expect(part).toBeDefined();
    return (part ?? '').split('</section>')[0] ?? '';
  }
  const ended = (text: string): string => text.split('Recently completed')[1] ?? '';

  it('says how to begin when there is no workflow', async () => {
    const answer = await visitor.get('/board');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('No workflow yet');
    expect(answer.text).toContain('/workflow new');
  });

  it('shows each task under the step that it is at, with whom it waits for, by when and since when', async () => {
    workflow = await board.createWorkflow([
      userMessage('collect'),
      human('decide', {
        assignees: ['@finance', 'U0ANA'],
        deadline: { after: '2d', then: 'escalate', escalateTo: ['U0BO'] },
      }),
      wait('pause', { signal: 'paid' }),
    ]);
    const first = await start('ana');
    const second = await start('chi');
    const done = { body: { stepName: 'collect' } };
    await board.ask('POST', `/api/workflows/executions/${second}/complete-step`, done);
    board.clock.advance(2 * 3_600_000);
    const text = await page();
    expect(column(text, 1)).toContain(taskRef(first));
    expect(column(text, 1)).toContain('2 h');
    expect(column(text, 1)).toContain('Message');
    expect(column(text, 1)).not.toContain(taskRef(second));
    expect(column(text, 2)).toContain(taskRef(second));
    expect(column(text, 2)).toContain('Decision');
    expect(column(text, 2)).toMatch(/@finance or <span class="mention">u0ana<\/span>/);
    expect(column(text, 2)).toMatch(/Due in <time[^>]*>46 h</);
    expect(column(text, 3)).toContain('Nothing here');
    expect(text).toContain('No task has ended yet');
  });

  it('lists tasks that have ended, newest end first, says where they stood, and takes them out of the columns', async () => {
    const early = await start('bo');
    const late = await start('dan');
    await board.ask('POST', `/api/workflows/executions/${late}/cancel`, { body: { reason: 'a duplicate' } });
    board.clock.advance(60_000);
    await board.ask('POST', `/api/workflows/executions/${early}/cancel`, { body: {} });
    const text = await page();
    expect(column(text, 1)).not.toContain(taskRef(early));
    const list = ended(text);
    expect(list.indexOf(taskRef(early))).toBeGreaterThan(-1);
    expect(list.indexOf(taskRef(late))).toBeGreaterThan(list.indexOf(taskRef(early)));
    expect(list).toContain('Cancelled at “Collect” by admin key: a duplicate');
  });

  it('marks a task where it has stopped, with the reason', async () => {
    workflow = await board.createWorkflow([
      userMessage('fill', { inputsTemplate: { message: '{{inputs.who}}' } }),
    ]);
    await start();
    const text = column(await page(), 1);
    expect(text).toContain('card-stopped');
    expect(text).toContain('Stopped here.');
    expect(text).toContain('inputs.who');
  });

  it('keeps tasks in sight whose step the newest revision does not have', async () => {
    workflow = await board.createWorkflow([userMessage('old')]);
    const id = await start();
    const step = { ...userMessage('new'), id: 'a'.repeat(24) } satisfies Step;
    await board.workflows.change(testOrgId, workflow.id, { steps: [step] }, { kind: 'system' });
    const text = await page();
    expect(column(text, 1)).toContain('Nothing here');
    expect(text.split('A step of an earlier revision')[1]).toContain(taskRef(id));
  });

  function cards(text: string): number {
    return text.split('<li class="card').length - 1;
  }

  it('filters by person, by state and by text, and finds a task by its number', async () => {
    workflow = await board.createWorkflow([
      human('decide', {
        assignees: ['{{inputs.who}}'],
        inputsTemplate: { message: 'Pay {{inputs.customer}}?' },
      }),
      userMessage('after'),
    ]);
    const acme = await start('bo', { who: 'U0ANA', customer: 'Acme' });
    const globex = await start('bo', { who: 'U0CHI', customer: 'Globex' });
    const own = await start('ana', { who: 'U0CHI', customer: 'Hooli' });
    const stopped = await start('bo', { who: 'nobody at all', customer: 'Stark' });
    const found = async (query: string): Promise<string[]> => {
      const text = await page(query);
      return [acme, globex, own, stopped].filter((id) => text.includes(`id="task-${id}"`));
    };
    expect(await found('')).toEqual([acme, globex, own, stopped]);
    expect(await found('?person=U0ANA')).toEqual([acme, own]);
    expect(await found('?state=stopped')).toEqual([stopped]);
    expect(await found('?state=waiting')).toEqual([acme, globex, own]);
    expect(await found('?q=GLOBEX')).toEqual([globex]);
    expect(await found(`?q=%23${taskRef(own)}`)).toEqual([own]);
    expect(await found('?person=U0ANA&q=acme')).toEqual([acme]);
    expect(await page('?q=nothing-like-this')).toContain('Nothing that fits');
  });

  it('finds words of whatever a task was started with, as they were written, also when the workflow was changed since', async () => {
    const inputsSchema = { type: 'object', properties: { reason: { type: 'string', title: 'Why' } } };
    workflow = await board.createWorkflow([userMessage('pay')], inputsSchema);
    const long = `${'so '.repeat(100)}the very end`;
    const open = await start('bo', { customer: 'Johnson & Johnson <Pharma>', reason: long, pin: 'hunter2' });
    const over = await start('bo', { customer: 'Johnson & Sons', reason: long });
    await board.ask('POST', `/api/workflows/executions/${over}/cancel`, { body: {} });
    const found = async (text: string): Promise<string[]> => {
      const shown = await page(`?q=${encodeURIComponent(text)}`);
      return [open, over].filter((id) => shown.includes(`/board/tasks/${id}"`));
    };
    const findEach = async (): Promise<void> => {
      expect(await found('johnson & johnson <ph')).toEqual([open]);
      expect(await found('Johnson & Sons')).toEqual([over]);
      expect(await found('the very end')).toEqual([open, over]);
      expect(await found('amp;')).toEqual([]);
      expect(await found('hunter2')).toEqual([]);
    };
    await findEach();
    await board.workflows.change(
      testOrgId,
      workflow.id,
      { steps: [userMessage('paid')] },
      { kind: 'system' },
    );
    await findEach();
  });

  it('leaves out of what has ended what does not fit the person and the text, and all of it where open tasks are asked for', async () => {
    workflow = await board.createWorkflow([
      userMessage('one', { assignee: 'U0CHI', inputsTemplate: { message: 'Pay {{inputs.customer}}' } }),
      userMessage('two', { assignee: 'U0DAN' }),
    ]);
    const acme = await start('ana', { customer: 'Acme' });
    const globex = await start('bo', { customer: 'Globex', password: 'hunter2' });
    const done = { body: { stepName: 'one' } };
    await board.ask('POST', `/api/workflows/executions/${globex}/complete-step`, done);
    for (const id of [acme, globex])
      await board.ask('POST', `/api/workflows/executions/${id}/cancel`, { body: {} });
    const found = async (query: string): Promise<string[]> => {
      const list = ended(await page(query));
      return [acme, globex].filter((id) => list.includes(taskRef(id)));
    };
    expect(await found('')).toEqual([acme, globex]);
    expect(await found('?person=U0ANA')).toEqual([acme]);
    // Who was asked at any step, also when that is over.
    expect(await found('?person=U0CHI')).toEqual([acme, globex]);
    expect(await found('?person=U0DAN')).toEqual([globex]);
    expect(await found('?q=globex')).toEqual([globex]);
    expect(await found('?q=hunter2')).toEqual([]);
    expect(await found(`?q=%23${taskRef(acme)}`)).toEqual([acme]);
    expect(await found('?person=U0ANA&q=globex')).toEqual([]);
    expect(ended(await page('?q=hooli'))).toContain(
      'None of the latest 500 that have ended fits the filter.',
    );
    for (const state of ['waiting', 'overdue', 'stopped'])
      expect(await page(`?state=${state}`)).not.toContain('Recently completed');
  });

  it('reads what has ended for an open page only when it asks for that, or for everything', async () => {
    const { definition } = await board.workflows.get(testOrgId, workflow.id);
    const [{ id: one } = { id: '' }] = definition.steps;
    const parts = (query: string): Promise<string> => page(`/parts?q=globex${query}`);
    expect(await parts(`&columns=${one}`)).toContain(`id="column-${one}"`);
    expect(await parts(`&columns=${one}`)).not.toContain('Recently completed');
    expect(ended(await parts(`&columns=${one}&ended=yes`))).toContain('class="ended-row"');
    expect(ended(await parts('&columns=&ended=yes'))).toContain('class="ended-row"');
    expect(ended(await parts(''))).toContain('class="ended-row"');
    expect(await parts('&columns=&ended=yes&state=waiting')).not.toContain('Recently completed');
  });

  it('shows whom it is filtered by, also somebody who is no member', async () => {
    const chosen = (text: string): string => /<option value="(\w*)" selected>/.exec(text)?.[1] ?? '';
    expect(chosen(await page('?person=U0GONE'))).toBe('U0GONE');
    expect(chosen(await page(''))).toBe('');
  });

  it.each([310, 1_100])(
    'lists of more people than can be listed those who are on the board (%i)',
    async (crowded) => {
      const deps = { url: board.url, org: board.org };
      const last = await signInAs(deps, 'U0ZOE');
      expect((await last.get('/board')).status).toBe(200);
      const members = memberModel(board.database);
      const zoe = await members.findOne({ userId: 'U0ZOE' }).lean();
      const { _id: _own, ...like } = zoe ?? {};
      const crowd = Array.from({ length: crowded }, (_, index) => ({
        ...like,
        _id: (0x1000 + index).toString(16).padStart(24, 'e'),
        userId: `U9${String(index).padStart(4, '0')}`,
        name: `Member ${index}`,
      }));
      await members.insertMany(crowd);
      workflow = await board.createWorkflow([userMessage('one', { assignee: 'U0ZOE' })]);
      const offered = async (): Promise<number> =>
        (await page()).split('<select name="state">')[0]?.match(/<option value="U0ZOE"/g)?.length ?? 0;
      expect(await offered()).toBe(0);
      await start();
      expect(await offered()).toBe(1);
      await members.deleteMany({ userId: /^U9/ });
    },
  );

  it('shows what is overdue in front of what is newer, how many they are, and only them on demand', async () => {
    const deadline = { after: '1d', then: 'escalate', escalateTo: ['U0BO'] };
    workflow = await board.createWorkflow([human('decide', { deadline }), userMessage('after')]);
    const late = [await start('ana'), await start('bo'), await start('ana')];
    await board.engine.idle();
    board.clock.advance(25 * 3_600_000);
    await board.engine.sweep({ maxMs: 5_000 });
    await board.engine.idle();
    board.clock.advance(3 * 3_600_000);
    const inTime = await start('chi');
    const shown = (text: string): string[] =>
      [...column(text, 1).matchAll(/id="task-(\w+)"/g)].map(([, id = '']) => id);

    const text = await page();
    expect(shown(text)).toEqual([...late.toReversed(), inTime]);
    expect(column(text, 1)).toMatch(/Overdue <time[^>]*>3 h<\/time>, escalated/);
    const [, href = '', count] =
      /<a class="chip[^"]*" href="([^"]+)">.*? (\d+\+?) overdue<\/a>/.exec(text) ?? [];
    expect(count).toBe('3');
    expect(column(text, 2)).not.toContain('verdue');

    const only = (await visitor.get(href)).text;
    expect(shown(only)).toEqual(late);
    expect(only).toContain('<option value="overdue" selected>');
    expect(shown(await page('?state=overdue&person=U0ANA'))).toEqual([late[0], late[2]]);
    await board.ask('POST', `/api/workflows/executions/${late[0]}/cancel`, { body: {} });
    await board.ask('POST', `/api/workflows/executions/${late[1]}/reroute`, { body: { to: 'after' } });
    const left = await page();
    expect(column(left, 1)).toContain(' 1 overdue');
    expect(column(left, 2)).toContain(`id="task-${late[1]}"`);
    expect(column(left, 2)).not.toContain('verdue');
    expect(shown(await page('?state=overdue'))).toEqual([late[2]]);
  });

  it('says that more are overdue than are shown', async () => {
    workflow = await board.createWorkflow([userMessage('collect')]);
    const { definition } = await board.workflows.get(testOrgId, workflow.id);
    const startedAt = (): Date => board.clock.now();
    await insertStoredExecutions(board.database, { definition, startedAt, count: 60, series: 'late' });
    const at = board.clock.now();
    await nativeCollection(board.database, 'executions').updateMany(
      { workflowId: workflow.id },
      { $set: { overdueSince: at, 'stack.0.escalatedAt': at } },
    );
    expect(column(await page(), 1)).toContain(' 50+ overdue');
  });

  it('shows fifty cards of a column, says that there are more, and gives fifty more on demand', async () => {
    workflow = await board.createWorkflow([userMessage('collect')]);
    for (let count = 0; count < 53; count += 1) await start();
    const text = await page();
    expect(cards(text)).toBe(50);
    expect(text).toContain('50+');
    const more = /hx-get="([^"]+)"[^>]*>Show 50 more/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const part = (await visitor.get(more)).text;
    expect(part).not.toContain('<html');
    expect(cards(part)).toBe(53);
    const steps = /<section class="column" id="column-(\w+)"/g;
    const [, stepId = ''] = steps.exec(text) ?? [];
    expect(part).toContain(`data-shown="100"`);
    expect(cards(await page(`?more=${stepId}:100`))).toBe(53);
    expect(cards(await page(`?more=${stepId}:nonsense,other:100`))).toBe(50);
  });

  it('shows five hundred cards of a column at the most, and says that there are more', async () => {
    workflow = await board.createWorkflow([userMessage('collect')]);
    const { definition } = await board.workflows.get(testOrgId, workflow.id);
    const startedAt = (): Date => board.clock.now();
    const stored = { definition, startedAt };
    await insertStoredExecutions(board.database, { ...stored, count: 500, series: workflow.id });
    const stepId = definition.steps[0]?.id ?? '';
    const all = await page(`?more=${stepId}:9999`);
    expect(cards(all)).toBe(500);
    expect(all).toContain('500 tasks');
    expect(all).not.toContain('ore than 500');
    await insertStoredExecutions(board.database, { ...stored, count: 1, series: 'one more' });
    const cut = await page(`?more=${stepId}:500`);
    expect(cards(cut)).toBe(500);
    expect(cut).toContain('more than 500 tasks');
    expect(cut).toContain('More than 500. Filter by person, state or text to find the others.');
    expect(cut).not.toContain('Show 50 more');
  });

  it('reads at most a hundred columns for one request', async () => {
    const many = Array.from({ length: 102 }, (_, index) => `none${index}`).join(',');
    const { text } = await visitor.get(`/board/workflows/${workflow.id}/parts?columns=${many}`);
    expect(text.split('<section class="column"')).toHaveLength(101);
  });

  it('shows the words of the workflow card when it is paused', async () => {
    await board.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', { kind: 'system' });
    expect(await page()).toContain(paused);
  });

  it('shows what people wrote as text, never as markup', async () => {
    const created = await board.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: `Evil ${attack}`,
      description: attack,
      inputsSchema: { type: 'object' },
      steps: [
        userMessage('one', { description: attack, assignee: 'U0CHI', inputsTemplate: { message: attack } }),
      ],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    workflow = created.workflow;
    await start(attack);
    const text = await page(`?q=${encodeURIComponent(attack)}`);
    expect(text).not.toContain('<script>');
    expect(text.match(/&quot;&gt;&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('shows workflows of a team to the team, and to nobody else', async () => {
    const team = await board.org.teams.create(operatorOf(testOrgId), testOrgId, 'Finance');
    const { workflow: secret } = await board.workflows.create({
      orgId: testOrgId,
      teamId: team.id,
      name: 'Of finance',
      description: '',
      inputsSchema: { type: 'object' },
      steps: [userMessage('one')],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    for (const path of ['', '/parts']) {
      expect((await visitor.get(`/board/workflows/${secret.id}${path}`)).status).toBe(404);
    }
    expect((await visitor.get(`/board/events?workflow=${secret.id}`)).status).toBe(404);
    expect((await visitor.get('/board')).text).not.toContain('Of finance');
    const member = await createMemberStore(board.database).find(testOrgId, 'U0ANA');
    await board.org.teams.addMember(operatorOf(testOrgId), testOrgId, team.id, member?.id ?? '');
    expect((await visitor.get(`/board/workflows/${secret.id}`)).text).toContain('Of finance');
  });

  it('allows no script and no style but its own files, and no frame', async () => {
    const { headers, text } = await visitor.get('/board');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/<script(?! src="\/board\/assets\/)|<style|style=|\son\w+=/);
  });

  it('says that a workflow is not there', async () => {
    for (const id of ['nonsense', 'f'.repeat(24)]) {
      const answer = await visitor.get(`/board/workflows/${id}`);
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('There is no such workflow.');
    }
  });

  it.each([
    ['localhost:3000', 303],
    ['127.0.0.1:3000', 303],
    ['[::1]:3000', 303],
    ['localhost.attacker.example', 421],
    ['attacker.example:3000', 421],
  ])('answers under the name %s with %i, so that no page elsewhere can read it', async (host, status) => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      get(`${board.url}/board`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
    expect(answered).toBe(status);
  });

  it('is found from the address without a path', async () => {
    const answer = await visitor.get('/');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/board');
  });
});
