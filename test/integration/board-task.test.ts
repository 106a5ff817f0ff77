import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalNotice } from '../../blocks/notices.ts';
import { createMemberStore } from '../../models/member-store.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { type BoardAnswer, type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { human, person, startTime, testOrgId, userMessage, wait } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const outputSchema = {
  type: 'object',
  properties: { amount: { type: 'number', title: 'Amount to pay back' } },
  required: ['amount'],
};

describe.skipIf(isMongoMissing())('the page of a task', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  let workflow: Workflow;
  let ana: BoardVisitor;
  let bo: BoardVisitor;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri);
    board.clock.set(new Date());
    ana = await signInAs(board, 'U0ANA');
    bo = await signInAs(board, 'U0BO');
    workflow = await board.createWorkflow([
      userMessage('collect', { assignee: 'U0ANA', inputsTemplate: { message: 'Collect it' } }),
      human('decide', {
        assignees: ['U0ANA'],
        inputsTemplate: { message: 'Pay {{inputs.customer}}?\nIt is checked.' },
        outcomes: [
          { name: 'approved', label: 'Approve', style: 'primary' },
          { name: 'rejected', label: 'Reject', style: 'danger', requireComment: true },
        ],
        outputSchema,
        prefill: { amount: '{{inputs.amount}}' },
        handoffs: [
          { condition: 'approved', to: 'pause' },
          { condition: 'rejected', to: 'complete' },
        ],
      }),
      wait('pause', { signal: 'paid' }),
    ]);
  });
  afterAll(async () => {
    await board.close();
    await testDatabase.drop();
  });

  async function start(by = 'U0DAN', inputs = {}): Promise<string> {
    const { id } = await board.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: { customer: 'Acme', amount: 42, api_token: 'sk-very-secret', ...inputs },
      startedBy: { kind: 'person', userId: by, name: by.toLowerCase() },
      origin: { kind: 'api' },
      startKey: null,
    });
    return id;
  }

  async function startAtDecision(): Promise<string> {
    const id = await start();
    await send(ana, id, 'complete', { step: await currentStep(id) });
    return id;
  }
  const stateOf = async (id: string): Promise<ExecutionState> =>
    (await board.engine.read(testOrgId, id)).state;
  const currentStep = async (id: string): Promise<string> => (await stateOf(id)).stack.at(-1)?.id ?? '';

  function send(
    who: BoardVisitor,
    id: string,
    verb: string,
    form: Record<string, string>,
  ): Promise<BoardAnswer> {
    return who.post(`/board/tasks/${id}/${verb}`, form);
  }

  /** The form as the page has it: with what was seen, and what it starts with. */
  async function decide(who: BoardVisitor, id: string, form: Record<string, string>): Promise<BoardAnswer> {
    const { text } = await ana.get(`/board/tasks/${id}`);
    const step = /name="step" value="([^"]+)"/.exec(text)?.[1] ?? (await currentStep(id));
    const digest = /name="digest" value="([^"]+)"/.exec(text)?.[1] ?? '';
    return send(who, id, 'decide', { step, digest, 'in:amount': '42', ...form });
  }

  it('shows inputs without secrets, the steps with their times, decisions with reasons, and the log', async () => {
    const id = await startAtDecision();
    await decide(ana, id, { outcome: 'approved', reason: 'within budget' });
    const { text } = await ana.get(`/board/tasks/${id}`);
    expect(text).toContain('Acme');
    expect(text).not.toContain('sk-very-secret');
    expect(text).toContain('••••••');
    expect(text).toMatch(
      /pproved by <span class="mention">u0ana<\/span>, <time[^>]*>[^<]*<\/time>: within budget/,
    );
    expect(text).toContain('begun <time');
    expect(text).toContain('waiting for a signal from outside');
    expect(text).toContain('Decision given');
    expect(text).toContain('Step reached');
    expect(text).toContain('Why it is here');
    expect(text).toMatch(/signal/);
  });

  it('takes a decision with its form and its comment, as Slack does', async () => {
    const id = await startAtDecision();
    const answer = await decide(ana, id, { outcome: 'approved', 'in:amount': '40.5', reason: 'less' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/board/tasks/${id}?done=decide`);
    const { stack } = await stateOf(id);
    expect(stack[1]).toMatchObject({ outcome: 'approved', output: { amount: 40.5 }, comment: 'less' });
    expect(stack[1]?.actor).toMatchObject({ kind: 'person', userId: 'U0ANA' });
  });

  it('asks again for what is missing or wrong, and keeps what was typed', async () => {
    const id = await startAtDecision();
    const wrong = await decide(ana, id, { outcome: 'approved', 'in:amount': '4,2', reason: 'my reason' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Write decimals with a point: 4.2.');
    expect(wrong.text).toContain('value="4,2"');
    expect(wrong.text).toContain('>my reason</textarea>');
    const silent = await decide(ana, id, { outcome: 'rejected' });
    expect(silent.status).toBe(422);
    expect(silent.text).toContain('“Reject” needs a reason. It is still waiting.');
    expect(silent.text).toContain('Please give a reason.');
    expect((await stateOf(id)).stack).toHaveLength(2);
  });

  it('shows whoever is not asked who can decide, and refuses them in the words of Slack', async () => {
    const id = await startAtDecision();
    const { text } = await bo.get(`/board/tasks/${id}`);
    expect(text).toContain('Only <span class="mention">u0ana</span> can decide this. It is still waiting.');
    expect(text).not.toContain('value="approved"');
    const refused = await decide(bo, id, { outcome: 'approved' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'Only <span class="mention">u0ana</span> can decide this. It is still waiting.',
    );
    expect((await stateOf(id)).stack).toHaveLength(2);
  });

  it('tells late and double clicks what happened first, in the words of Slack', async () => {
    const id = await startAtDecision();
    const step = await currentStep(id);
    await decide(ana, id, { outcome: 'approved' });
    const again = await send(ana, id, 'decide', { step, outcome: 'approved', 'in:amount': '42' });
    expect(again.status).toBe(409);
    const { state, definition } = await board.engine.read(testOrgId, id);
    const by = person('U0ANA');
    const command = {
      type: 'decide',
      stepExecutionId: step,
      outcome: 'approved',
      comment: null,
      output: { amount: 42 },
      by,
    } as const;
    const refusal = await board.engine.execute(testOrgId, id, command).catch((error: unknown) => error);
    if (!(refusal instanceof Refusal)) throw new Error('the engine did not refuse');
    const inSlack = refusalNotice(refusal.reason, { view: { execution: state, definition } }).text;
    const words = (markup: string): string =>
      markup
        .replace(/<!date[^>]*>|<time.*?<\/time>/g, '…')
        .replace(/<@U0ANA>|<span class="mention">u0ana<\/span>/g, 'ana');
    expect(words(inSlack)).toMatch(/^Already approved by ana, …\. Nothing changed\./);
    expect(words(again.text)).toContain(words(inSlack));
  });

  it('does nothing by being opened', async () => {
    const id = await startAtDecision();
    for (const verb of ['decide', 'complete', 'cancel', 'retry', 'reroute', 'reassign']) {
      const answer = await ana.get(
        `/board/tasks/${id}/${verb}?outcome=approved&step=${await currentStep(id)}`,
      );
      expect(answer.status).toBe(303);
    }
    const stolen = await ana.post(`/board/tasks/${id}/cancel`, { csrf: 'other' });
    expect(stolen.status).toBe(403);
    expect(await stateOf(id)).toMatchObject({ status: 'RUNNING' });
  });

  it('lets whoever started the task steer it, and nobody else who may not', async () => {
    const dan = await signInAs(board, 'U0DAN');
    const id = await startAtDecision();
    expect((await bo.get(`/board/tasks/${id}`)).text).not.toContain('Cancel this task');
    const refused = await send(bo, id, 'cancel', { reason: 'no' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'Only whoever started this task, or may change its workflow, can do this.',
    );
    const reassigned = await send(dan, id, 'reassign', {
      step: await currentStep(id),
      person: 'U0BO',
      note: 'Ana is busy',
    });
    expect(reassigned.status).toBe(303);
    expect((await stateOf(id)).waitingFor).toEqual(['U0BO']);
    expect((await bo.get(`/board/tasks/${id}`)).text).toContain('value="approved"');
    expect((await ana.get(`/board/tasks/${id}`)).text).toContain('Ana is busy');
    await send(dan, id, 'reroute', { to: 'pause', reason: 'it is decided' });
    expect((await stateOf(id)).stack.at(-1)).toMatchObject({ stepName: 'pause' });
    await send(dan, id, 'cancel', { reason: 'a duplicate' });
    expect((await dan.get(`/board/tasks/${id}`)).text).toContain('a duplicate');
    const late = await send(dan, id, 'cancel', { reason: 'again' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('This task is already cancelled');
  });

  it('takes up a task again that has stopped', async () => {
    const dan = await signInAs(board, 'U0DAN');
    workflow = await board.createWorkflow([
      userMessage('fill', { inputsTemplate: { message: '{{inputs.who}}' } }),
    ]);
    const id = await start();
    const { text } = await dan.get(`/board/tasks/${id}`);
    expect(text).toContain('It stopped:');
    expect(text).toContain('Start it again with that value filled in');
    expect((await send(dan, id, 'retry', { from: 'step' })).status).toBe(303);
    expect((await stateOf(id)).stack).toHaveLength(2);
  });

  it('tells of each call of a model and a tool what came of it, and how many tokens it took', async () => {
    workflow = await board.createWorkflow([
      { name: 'judge', type: 'PROMPT', inputsTemplate: { prompt: 'Judge it' } },
    ]);
    const id = await start();
    const ids = { stepExecutionId: await currentStep(id), token: 'token' } as const;
    await board.engine.execute(testOrgId, id, { type: 'start-run', ...ids, leaseMs: 60_000 });
    const call = { at: startTime.toISOString(), latencyMs: 5, attempt: 1, error: null };
    const asked = { ...call, kind: 'model', model: 'm', provider: 'acme', finishReason: 'stop' };
    const unfit = { ...asked, schemaErrors: [{ path: 'risk', message: 'is wrong' }] };
    const picked = { ...asked, picked: { condition: 'angry', reason: 'They shout.' } };
    const args = { argumentsText: '{"a":1}', outcome: 'rejected' };
    const tool = { ...call, kind: 'tool', server: 'crm', tool: 'refund', ...args };
    const usage = { promptTokens: 311, completionTokens: 20 };
    const report = { entries: [{ ...unfit, usage }, picked, tool], usage };
    const end = { kind: 'done', output: 'Angry.', outcome: null, facts: {}, report } as const;
    await board.engine.execute(testOrgId, id, { type: 'end-run', ...ids, end });
    const { text } = await ana.get(`/board/tasks/${id}`);
    for (const words of [
      'did not fit its schema (1 error)',
      '“angry”, because: They shout.',
      'crm/refund <code>{&quot;a&quot;:1}</code>',
      'not called, a person refused it',
      '311 + 20',
      '&quot;promptTokens&quot;: 311',
    ])
      expect(text).toContain(words);
  });

  it('is not there for whoever may not see the task', async () => {
    const id = await start();
    const members = createMemberStore(board.database);
    const member = await members.find(testOrgId, 'U0BO');
    await members.update(testOrgId, member?.id ?? '', { status: 'REMOVED' }, board.clock.now());
    expect((await bo.get(`/board/tasks/${id}`)).status).toBe(303);
    expect((await ana.get(`/board/tasks/${'f'.repeat(24)}`)).status).toBe(404);
    expect((await ana.get('/board/tasks/nonsense')).status).toBe(404);
    expect((await ana.post(`/board/tasks/${'f'.repeat(24)}/cancel`, {})).status).toBe(404);
  });
});
