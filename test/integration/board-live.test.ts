import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemberStore, type MemberStore } from '../../models/member-store.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import type { TaskFeed } from '../../src/engine/task-feed.ts';
import { operatorOf } from '../support/access-stage.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

/** Server-sent events as they come. */
interface Listening {
  /** Waits until what has come holds the text. */
  until(text: string): Promise<void>;
  text(): string;
  isOver: Promise<void>;
  stop(): void;
}

function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((done) => void (resolve = done));
  return { promise, resolve };
}

describe.skipIf(isMongoMissing())('the live board', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  /** Another process on the same database. */
  let other: EngineFixture;
  let workflow: Workflow;
  let visitor: BoardVisitor;
  let stepIds: string[];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri, { heartbeatMs: 50 });
    board.clock.set(new Date());
    other = await createEngineFixture(testDatabase.uri);
    visitor = await signInAs(board, 'U0ANA');
    workflow = await board.createWorkflow([userMessage('one', { assignee: 'U0ANA' }), userMessage('two')]);
    const { definition } = await board.workflows.get(testOrgId, workflow.id);
    stepIds = definition.steps.map(({ id }) => id);
  });
  afterAll(async () => {
    await other.close();
    await board.close();
    await testDatabase.drop();
  });

  async function listen(query: string, as: BoardVisitor = visitor): Promise<Listening> {
    const cookie = [...as.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const abort = new AbortController();
    const response = await fetch(`${board.url}/board/events?${query}`, {
      headers: { cookie },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    let wake = (): void => {};
    const isOver = (async () => {
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        wake();
      }
    })().catch(() => undefined);
    return {
      isOver,
      text: () => text,
      stop: () => abort.abort(),
      async until(wanted) {
        while (!text.includes(wanted)) await new Promise<void>((resolve) => void (wake = resolve));
      },
    };
  }

  async function start(engine: EngineFixture): Promise<string> {
    const origin = { kind: 'api' } as const;
    const startedBy = { kind: 'person', userId: 'U0ANA', name: 'Ana' } as const;
    const request = {
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy,
      origin,
      startKey: null,
    };
    return (await engine.engine.start(request)).id;
  }

  it('tells what any process does to a task, and where the task is then', async () => {
    const heard = await listen(`workflow=${workflow.id}`);
    const id = await start(other);
    await heard.until(`"id":"${id}","step":"${stepIds[0]}"`);
    await board.ask('POST', `/api/workflows/executions/${id}/complete-step`, { body: { stepName: 'one' } });
    await heard.until(`"id":"${id}","step":"${stepIds[1]}"`);
    await board.ask('POST', `/api/workflows/executions/${id}/cancel`, { body: {} });
    await heard.until(`"id":"${id}","step":null`);
    heard.stop();
    await heard.isOver;
  });

  it('ends a subscription whose browser left before it began', async () => {
    const asked = deferred<void>();
    const begun = deferred<void>();
    const ended = deferred<string>();
    const taskFeed: TaskFeed = {
      async subscribe() {
        asked.resolve();
        await begun.promise;
        return () => ended.resolve('ended');
      },
      stop: async () => undefined,
    };
    const slow = await createHttpFixture(testDatabase.uri, { taskFeed });
    slow.clock.set(new Date());
    const { cookies } = await signInAs(slow, 'U0ANA');
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { hostname, port } = new URL(slow.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /board/events?workflow=${workflow.id} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`,
    );
    await asked.promise;
    socket.destroy();
    await setTimeout(300);
    begun.resolve();
    expect(await ended.promise).toBe('ended');
    await slow.close();
  });

  it('tells that a workflow has changed, and nothing of other workflows and tasks', async () => {
    const another = await board.createWorkflow([userMessage('one')]);
    const task = await start(other);
    const heardOfTask = await listen(`task=${task}`);
    const heard = await listen(`workflow=${workflow.id}`);
    const elsewhere = await board.engine.start({
      orgId: testOrgId,
      workflowId: another.id,
      inputs: {},
      startedBy: { kind: 'system' },
      origin: { kind: 'api' },
      startKey: null,
    });
    await start(other);
    await board.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', { kind: 'system' });
    await heard.until('event: everything');
    await board.ask('POST', `/api/workflows/executions/${task}/cancel`, { body: {} });
    await heardOfTask.until(task);
    expect(heard.text()).not.toContain(elsewhere.id);
    expect(heardOfTask.text().match(/"id"/g)).toHaveLength(1);
    for (const one of [heard, heardOfTask]) {
      one.stop();
      await one.isOver;
    }
  });

  describe('for somebody who may no longer see it', () => {
    let members: MemberStore;
    let dan: BoardVisitor;
    let memberId: string;

    beforeEach(async () => {
      members = createMemberStore(board.database);
      dan = await signInAs(board, 'U0DAN');
      memberId = (await members.find(testOrgId, 'U0DAN'))?.id ?? '';
    });

    /** It says that all is to be looked at anew, which tells the page how things are, and nothing after that. */
    async function isSentAway(heard: Listening): Promise<void> {
      await heard.isOver;
      expect(heard.text().trim().split('\n\n').at(-1)).toBe('event: everything\ndata: {}');
    }

    it('ends when they are taken out of the team that the workflow belongs to', async () => {
      const by = operatorOf(testOrgId);
      const team = await board.org.teams.create(by, testOrgId, 'Finance');
      await board.org.teams.addMember(by, testOrgId, team.id, memberId);
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
      const { id: task } = await board.engine.start({
        orgId: testOrgId,
        workflowId: secret.id,
        inputs: {},
        startedBy: { kind: 'system' },
        origin: { kind: 'api' },
        startKey: null,
      });
      const all = [await listen(`workflow=${secret.id}`, dan), await listen(`task=${task}`, dan)];
      const open = await listen(`workflow=${workflow.id}`, dan);
      for (const heard of all) await heard.until('event: alive');
      await board.org.teams.removeMember(by, testOrgId, team.id, memberId);
      for (const heard of all) await isSentAway(heard);
      await open.until('event: alive');
      expect(open.text()).not.toContain('everything');
      open.stop();
      await open.isOver;
    });

    it('ends when their account is deactivated', async () => {
      const heard = await listen(`workflow=${workflow.id}`, dan);
      await heard.until('event: alive');
      await members.update(testOrgId, memberId, { status: 'DEACTIVATED' }, board.clock.now());
      await isSentAway(heard);
      await members.update(testOrgId, memberId, { status: 'ACTIVE' }, board.clock.now());
    });

    it('ends when they sign out in another window', async () => {
      const heard = await listen(`workflow=${workflow.id}`, dan);
      await heard.until('event: alive');
      await dan.post('/board/sign-out');
      await isSentAway(heard);
    });
  });

  it('sends pages away when the process stops, so that they come back to another one', async () => {
    const stopping = await createHttpFixture(testDatabase.uri);
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    stopping.clock.set(new Date());
    const response = await fetch(`${stopping.url}/board/events?workflow=${workflow.id}`, {
      headers: { cookie },
    });
    await stopping.close();
    expect(await response.text()).toContain('event: everything');
  });
});
