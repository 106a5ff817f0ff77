import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import type { Step } from '../../src/domain/definition.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const inputs = {
  type: 'object',
  properties: { amount: { type: 'number', title: 'Amount' } },
  required: ['amount'],
};

describe.skipIf(isMongoMissing())("the board's page of a workflow", () => {
  let database: TestDatabase;
  let board: HttpFixture;
  let visitor: BoardVisitor;
  let id: string;
  let path: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    board = await createHttpFixture(database.uri);
    board.clock.set(new Date());
    visitor = await signInAs(board, 'U0ANA');
    await memberModel(board.database).updateOne({ orgId: testOrgId, userId: 'U0ANA' }, { role: 'owner' });
    const steps = [
      userMessage('collect'),
      human('decide', {
        handoffs: [
          { condition: 'approved', to: 'tell' },
          { condition: 'rejected', to: 'complete' },
        ],
      }),
      userMessage('tell'),
    ];
    id = (await board.createWorkflow(steps, inputs)).id;
    path = `/board/workflows/${id}`;
  });
  afterAll(async () => {
    await board.close();
    await database.drop();
  });

  async function steps(): Promise<Step[]> {
    return (await board.workflows.get(testOrgId, id)).definition.steps;
  }
  async function revision(): Promise<string> {
    return String((await board.workflows.get(testOrgId, id)).workflow.revision);
  }

  it('draws the graph, says the same in words, and lists what can be done with each step', async () => {
    const { status, text } = await visitor.get(`${path}/edit`);
    expect(status).toBe(200);
    expect(text.match(/class="graph-box/g)).toHaveLength(3);
    expect(text).toMatch(/class="graph-label"[^>]*>Approve</);
    expect(text).toContain('Decide (Decision): “Approve”: “Tell”; “Reject”: the end');
    expect(text).toContain('How workflows work');
    expect(text).toMatch(/Routes to: .*Tell/);
    expect(text).not.toMatch(/<script>|style="/);
  });

  it('plays the scenarios of the workflow, and says which fail and why', async () => {
    expect((await visitor.get(`${path}/edit`)).text).not.toContain('Scenarios');
    const moves = [{ type: 'decide', step: 'ok', outcome: 'approved', comment: null, output: null }] as const;
    const played = { inputs: {}, moves: [...moves] };
    const scenarios = [
      { ...played, name: 'All is well', expect: { status: 'COMPLETED' as const } },
      { ...played, name: 'Goes <b>wrong</b>', expect: { status: 'FAILED' as const } },
    ];
    const { id: tested } = await board.createWorkflow([human('ok')]);
    await board.workflows.change(testOrgId, tested, { scenarios }, { kind: 'system' });
    const { text } = await visitor.get(`/board/workflows/${tested}/edit`);
    expect(text).toContain('1 of 2 scenarios fails');
    expect(text).toMatch(/Fails<[^]*Goes &lt;b&gt;wrong[^]*It is to end as FAILED, and it is COMPLETED/);
    expect(text).toMatch(/Passes<[^]*All is well[^]*completed, by way of Ok/);

    const refused = { ...played, moves: [{ ...moves[0], by: 'U0ANA' }], name: 'Not hers' };
    const scenario = { ...refused, expect: { status: 'COMPLETED' as const } };
    await board.workflows.change(testOrgId, tested, { scenarios: [scenario] }, { kind: 'system' });
    const { text: named } = await visitor.get(`/board/workflows/${tested}/edit`);
    expect(named).toMatch(/Its scenario fails[^]*approved by u0ana\) is refused/);
    expect(named.slice(named.indexOf('id="scenarios"'))).not.toContain('by U0ANA');
  });

  it('says in words alone where steps lead that have too many ways for a picture, and draws nothing', async () => {
    const names = Array.from({ length: 14 }, (_, index) => `step_${index}`);
    const steps = names.map((name) =>
      human(name, {
        outcomes: names.filter((to) => to !== name).map((to) => ({ name: `to_${to}`, label: `Go ${to}` })),
        handoffs: names.filter((to) => to !== name).map((to) => ({ condition: `to_${to}`, to })),
      }),
    );
    const { id: wide } = await board.createWorkflow(steps);
    const { text } = await visitor.get(`/board/workflows/${wide}/edit`);
    expect(text).toContain('too many for a picture');
    expect(text).toContain('graph-words');
    expect(text).not.toContain('graph-arrow');
  });

  it('reorders, duplicates and deletes by the rules of the engine, and refuses what is of an older revision', async () => {
    const [first, second, third] = (await steps()).map((step) => step.id);
    const order = [second, first, third].join(',');
    const old = await revision();
    expect((await visitor.post(`${path}/order`, { order, revision: old })).status).toBe(303);
    expect((await steps()).map(({ name }) => name)).toEqual(['decide', 'collect', 'tell']);
    expect(
      (await visitor.post(`${path}/order`, { order: [first, second, third].join(','), revision: old }))
        .status,
    ).toBe(409);
    await visitor.post(`${path}/step-do`, { duplicate: first ?? '', revision: await revision() });
    expect(await steps()).toHaveLength(4);
    const refused = await visitor.post(`${path}/steps/${third}/delete`, {
      redirectTo: '',
      revision: await revision(),
    });
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.text).toContain('decide');
    const copy = (await steps()).find(({ name }) => name.startsWith('collect') && name !== 'collect');
    await visitor.post(`${path}/steps/${copy?.id}/delete`, { redirectTo: '', revision: await revision() });
    expect(await steps()).toHaveLength(3);
  });

  it('edits the parts of a step with the forms of Slack, and marks what is wrong where it was typed', async () => {
    const step = (await steps()).find(({ name }) => name === 'decide');
    const page = `${path}/steps/${step?.id}`;
    const shown = (await visitor.get(page)).text;
    const form = shown.split('id="part-text"')[1]?.split('</form>')[0] ?? '';
    const field = /name="(in:text~[^"]+)"/.exec(form)?.[1] ?? '';
    expect(field).not.toBe('');
    const bad = await visitor.post(page, {
      part: 'text',
      revision: await revision(),
      [field]: 'Pay {{inputs.nothing.',
    });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('Pay {{inputs.nothing.');
    const good = await visitor.post(page, {
      part: 'text',
      revision: await revision(),
      [field]: 'Pay {{inputs.amount}}?',
    });
    expect(good.status).toBe(303);
    expect((await steps()).find(({ name }) => name === 'decide')).toMatchObject({
      inputsTemplate: { message: 'Pay {{inputs.amount}}?' },
    });
  });

  it('adds a step of each kind by its form, and saves the definition as text', async () => {
    for (const type of ['USER_MESSAGE', 'HUMAN', 'WAIT', 'PROMPT', 'AGENT', 'TOOL']) {
      expect((await visitor.get(`${path}/add/${type}`)).status, type).toBe(200);
    }
    expect((await visitor.post(`${path}/add/WAIT`, { revision: await revision() })).status).toBe(422);
    const text = (await visitor.get(`${path}/definition`)).text;
    expect(text).toContain('Pay {{inputs.amount}}?');
    const wrong = await visitor.post(`${path}/definition`, {
      definition: '{"name":',
      revision: await revision(),
    });
    expect(wrong.status).toBe(422);
    const file = (await board.ask('GET', `/api/workflows/${id}/definition`)).body;
    const definition = JSON.stringify({ ...file, name: 'Renamed' });
    expect(
      (await visitor.post(`${path}/definition`, { definition, revision: await revision() })).status,
    ).toBe(303);
    expect((await board.workflows.get(testOrgId, id)).workflow.name).toBe('Renamed');
  });

  it('starts one task with the form of its inputs, however often it is sent', async () => {
    const form = (await visitor.get(`${path}/new-task`)).text;
    const action = /action="([^"]+new-task[^"]*)"/.exec(form)?.[1] ?? '';
    const field = /name="(in:[^"]+)"/.exec(form)?.[1] ?? '';
    expect((await visitor.post(action, { [field]: 'many' })).status).toBe(422);
    for (let times = 0; times < 2; times += 1) {
      expect((await visitor.post(action, { [field]: '42' })).status).toBe(303);
    }
    const tasks = await board.tasks.list(testOrgId, {}, { limit: 5 });
    expect(tasks.map(({ context }) => context.inputs)).toEqual([{ amount: 42 }]);
    expect(tasks[0]?.startedBy).toMatchObject({ kind: 'person', userId: 'U0ANA' });
  });

  it('lists what starts it by itself with a switch, and pauses it', async () => {
    const body = {
      name: 'Refunds',
      kind: 'message',
      settings: { match: { by: 'keywords', keywords: ['refund'] } },
    };
    const made = await board.ask<{ id: string }>('POST', `/api/workflows/${id}/triggers`, { body });
    const { text } = await visitor.get(`${path}/edit`);
    expect(text).toMatch(/Refunds.*When somebody writes a message/s);
    await visitor.post(`${path}/triggers/${made.body.id}/switch`, { enabled: 'off' });
    expect((await board.ask('GET', `/api/workflows/${id}/triggers/${made.body.id}`)).body).toMatchObject({
      enabled: false,
    });
    await visitor.post(`${path}/status`, { status: 'PAUSED' });
    expect((await visitor.get(`${path}/edit`)).text).toContain('This workflow is paused');
  });

  it('shows it to members without what they may not do, and refuses what they do all the same', async () => {
    const other = await signInAs(board, 'U0BO');
    const { status, text } = await other.get(`${path}/edit`);
    expect(status).toBe(200);
    expect(text).not.toContain('Duplicate');
    const [step] = await steps();
    expect((await other.get(`${path}/steps/${step?.id}`)).status).toBe(403);
    expect((await other.post(`${path}/status`, { status: 'ACTIVE' })).status).toBe(403);
    expect((await other.post(`${path}/step-do`, { duplicate: step?.id ?? '' })).status).toBe(403);
  });
});
