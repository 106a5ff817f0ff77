import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/definition.ts';
import { taskRef } from '../../src/domain/ids.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { human, testOrgId, userMessage, wait } from '../support/builders.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const attack = '"><script>alert(1)</script>';

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

  async function start(name = 'ana', inputs = {}): Promise<string> {
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
  const page = async (): Promise<string> => (await visitor.get(`/board/workflows/${workflow.id}`)).text;
  /** The part of the page from a step's heading to the next column. */
  function column(text: string, stepName: string): string {
    const part = text.split('<li class="column">').find((candidate) => candidate.includes(`. ${stepName}<`));
    expect(part).toBeDefined();
    return (part ?? '').split('Recently ended')[0] ?? '';
  }

  it('says how to begin when there is no workflow', async () => {
    const answer = await visitor.get(`/board`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('No workflow yet');
    expect(answer.text).toContain('/workflow new');
  });

  it('shows each task under the step that it is at, with whom it waits for and since when', async () => {
    workflow = await board.createWorkflow([
      userMessage('collect'),
      human('decide', { assignees: ['@finance', 'U0BO'] }),
      wait('pause', { signal: 'paid' }),
    ]);
    const first = await start('ana');
    const second = await start('chi');
    await board.ask('POST', `/api/workflows/executions/${second}/complete-step`, {
      body: { stepName: 'collect' },
    });
    board.clock.advance(2 * 3_600_000);
    const text = await page();
    const collect = column(text, 'collect');
    expect(collect).toContain(taskRef(first));
    expect(collect).toContain('ana');
    expect(collect).toContain('U0CHI');
    expect(collect).toContain('2 h ago');
    expect(collect).not.toContain(taskRef(second));
    expect(column(text, 'decide')).toContain(taskRef(second));
    expect(column(text, 'decide')).toContain('@finance, U0BO');
    expect(column(text, 'pause')).toContain('Nothing here');
    expect(text).toContain('2 open tasks');
    expect(text).toContain('No task has ended yet');
  });

  it('lists tasks that have ended, newest end first, and takes them out of the columns', async () => {
    const early = await start('bo');
    const late = await start('dan');
    await board.ask('POST', `/api/workflows/executions/${late}/cancel`, { body: {} });
    board.clock.advance(60_000);
    await board.ask('POST', `/api/workflows/executions/${early}/cancel`, { body: {} });
    const [open = '', ended = ''] = (await page()).split('Recently ended');
    expect(open).not.toContain(taskRef(early));
    expect(ended.indexOf(taskRef(early))).toBeGreaterThan(-1);
    expect(ended.indexOf(taskRef(late))).toBeGreaterThan(ended.indexOf(taskRef(early)));
    expect(ended).toContain('cancelled');
  });

  it('says why a task has stopped', async () => {
    const steps = [userMessage('fill', { inputsTemplate: { message: '{{inputs.who}}' } })];
    workflow = await board.createWorkflow(steps);
    await start();
    const text = column(await page(), 'fill');
    expect(text).toContain('stopped');
    expect(text).toContain('&quot;inputs.who&quot;');
  });

  it('keeps tasks in sight whose step the newest revision does not have', async () => {
    workflow = await board.createWorkflow([userMessage('old')]);
    const id = await start();
    const step = { ...userMessage('new'), id: 'a'.repeat(24) } satisfies Step;
    await board.workflows.change(testOrgId, workflow.id, { steps: [step] }, { kind: 'system' });
    const text = await page();
    expect(column(text, 'new')).toContain('Nothing here');
    expect(text.split('Steps of earlier revisions')[1]).toContain(taskRef(id));
  });

  it('shows what people wrote as text, never as markup', async () => {
    const created = await board.workflows.create({
      orgId: testOrgId,
      teamId: null,
      name: `Evil ${attack}`,
      description: attack,
      inputsSchema: { type: 'object' },
      steps: [userMessage('one', { description: attack, assignee: 'U0CHI' })],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    workflow = created.workflow;
    await start(attack);
    const text = await page();
    expect(text).not.toContain('<script>');
    expect(text.match(/&quot;&gt;&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('allows no script and no style but its own files, and no frame', async () => {
    const { headers, text } = await visitor.get(`/board`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("style-src 'self'");
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
    const answer = await visitor.get(`/`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/board');
  });
});
