import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { TriggerInput } from '../../src/domain/trigger.ts';
import { createBoardRouter } from '../../src/http/board/board-router.ts';
import type { SlackSignIn } from '../../src/http/board/sign-in/slack-sign-in.ts';
import { type AccessStage, createAccessStage, foreignOrgId, operatorOf } from '../support/access-stage.ts';
import { type BoardAnswer, type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { human, prompt, testOrgId } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture } from '../support/http-fixture.ts';
import { listRoutes } from '../support/openapi/express-routes.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';
import { notUsed, stubDeps } from '../unit/http/app-stub.ts';

/** A method and a path with `:parameters`, as a router has them; paths are without the place that a router is put at. */
type Route = string;

/** For whoever is not signed in; what they do is tested with them. */
const openRoutes: readonly Route[] = [
  'get /:name',
  'get /',
  'post /link',
  'post /local',
  'get /slack',
  'get /slack/callback',
];
/** Those that name nothing in their path; what they may be asked about stands in the query or the form. */
const unnamed: Readonly<Record<Route, (ids: Ids) => { query: string; status: number }>> = {
  'get /': () => ({ query: '', status: 200 }),
  'get /new-workflow': () => ({ query: '', status: 200 }),
  // The form that is sent has no name for it.
  'post /new-workflow': () => ({ query: '', status: 422 }),
  'post /sign-out': () => ({ query: '', status: 303 }),
  'get /events': ({ workflowId }) => ({ query: `?workflow=${workflowId}`, status: 404 }),
  'get /audit': ({ workflowId, taskId }) => ({
    query: `?workflow=${workflowId}&task=${taskId}`,
    status: 200,
  }),
  'get /audit/export': ({ workflowId }) => ({ query: `?workflow=${workflowId}&format=jsonl`, status: 200 }),
  'post /audit/verify': () => ({ query: '', status: 200 }),
};
const ownCollections = ['executions', 'events', 'workflows', 'triggers', 'orgEvents', 'members', 'teams'];
/** Fields of all forms: enough for each to get as far as it can. */
const form = {
  revision: '1',
  status: 'PAUSED',
  reason: 'because',
  outcome: 'approved',
  to: 'complete',
  people: 'U0EVE',
  enabled: 'on',
};

interface Ids {
  workflowId: string;
  taskId: string;
  stepId: string;
  triggerId: string;
  kind: string;
  type: string;
  index: string;
  field: string;
}

describe.skipIf(isMongoMissing())('on the board, people of another org', () => {
  let testDatabase: TestDatabase;
  let board: HttpFixture;
  let stage: AccessStage;
  let eve: BoardVisitor;
  let ana: BoardVisitor;
  let ids: { home: Ids; foreign: Ids };
  const routes = allRoutes();

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    board = await createHttpFixture(testDatabase.uri);
    board.clock.set(new Date());
    stage = await createAccessStage(board);
    await stage.addMember(foreignOrgId, 'U0EVE', 'owner');
    await stage.addMember(testOrgId, 'U0ANA', 'owner');
    eve = await signInAs(board, 'U0EVE', foreignOrgId);
    ana = await signInAs(board, 'U0ANA', testOrgId);
    ids = { home: await makeIds(testOrgId, 'Secret plan'), foreign: await makeIds(foreignOrgId, 'Own plan') };
    await board.engine.idle();
  });
  afterAll(async () => {
    await board.close();
    await testDatabase.drop();
  });

  async function makeIds(orgId: string, name: string): Promise<Ids> {
    const { workflow, definition } = await board.workflows.create({
      orgId,
      teamId: null,
      name,
      description: '',
      inputsSchema: { type: 'object', properties: { customer: { type: 'string' } } },
      steps: [
        human('decide', { assignees: ['U0ANA'] }),
        prompt('sort', {
          outputSchema: { type: 'object', properties: { customer: { type: 'string' } } },
          handoffs: [
            { condition: 'large', when: { properties: { customer: { const: 'Acme' } } }, to: 'complete' },
            { condition: 'default', to: 'complete' },
          ],
        }),
      ],
      status: 'ACTIVE',
      createdBy: { kind: 'system' },
    });
    const task = await board.engine.start({
      orgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'system' },
      origin: { kind: 'api' },
      startKey: null,
    });
    const settings = { channels: ['C01GEN'], reaction: 'eyes' };
    const input = TriggerInput.parse({ kind: 'reaction', name: `${name} on eyes`, settings });
    const trigger = await board.triggers.triggers.create(operatorOf(orgId), workflow.id, input);
    return {
      workflowId: workflow.id,
      taskId: task.id,
      stepId: definition.steps[1]?.id ?? '',
      triggerId: trigger.id,
      kind: 'schedule',
      type: 'HUMAN',
      index: '0',
      field: 'customer',
    };
  }

  /** As the address of a route; a parameter that this does not know makes the test fail. */
  function fill(route: Route, with_: Ids): { method: string; path: string } {
    const [method = '', path = ''] = route.split(' ');
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
      if (!Object.hasOwn(with_, name))
        throw new Error(`${route} names a ${name}, of which there is none here`);
      return with_[name as keyof Ids];
    });
    return { method, path: `/board${filled}` };
  }

  function ask(as: BoardVisitor, method: string, path: string): Promise<BoardAnswer> {
    return method === 'get' ? as.get(path) : as.post(path, form);
  }

  async function keptAtHome(): Promise<string> {
    const kept = ownCollections.map((name) =>
      nativeCollection<{ orgId: string }>(board.database, name)
        .find({ orgId: testOrgId })
        .sort({ _id: 1 })
        .toArray(),
    );
    return JSON.stringify(await Promise.all(kept));
  }

  it('have a case for every route that there is', () => {
    const named = routes.filter((route) => route.includes(':'));
    expect(named.length).toBeGreaterThan(25);
    for (const route of named) expect(() => fill(route, ids.home)).not.toThrow();
    expect(routes.filter((route) => !route.includes(':'))).toEqual(Object.keys(unnamed).toSorted());
  });

  it('find nothing, and change nothing, by any address of it', async () => {
    const before = await keptAtHome();
    for (const route of routes.filter((one) => one.includes(':'))) {
      const { method, path } = fill(route, ids.home);
      let answer = await ask(eve, method, path);
      // Loading the address of a form leads to its task, which is not there either.
      if (answer.status === 303) answer = await eve.get(answer.headers.get('location') ?? '');
      expect(`${route}: ${answer.status}`).toBe(`${route}: 404`);
      expect(answer.text).not.toMatch(/secret/i);
    }
    expect(await keptAtHome()).toBe(before);
  });

  it('find nothing of it through what is their own', async () => {
    const before = await keptAtHome();
    const children = ['stepId', 'triggerId'] as const;
    for (const child of children) {
      for (const route of routes.filter((one) => one.includes(`:workflowId/`) && one.includes(`:${child}`))) {
        const { method, path } = fill(route, { ...ids.foreign, [child]: ids.home[child] });
        const answer = await ask(eve, method, path);
        expect(`${route}: ${answer.status}`).toBe(`${route}: 404`);
        expect(answer.text).not.toMatch(/secret/i);
      }
    }
    expect(await keptAtHome()).toBe(before);
  });

  it('see nothing of it on pages that name nothing', async () => {
    const before = await keptAtHome();
    for (const [route, of] of Object.entries(unnamed)) {
      if (route === 'post /sign-out') continue;
      const { method, path } = fill(route, ids.home);
      const { query, status } = of(ids.home);
      const answer = await ask(eve, method, `${path}${query}`);
      expect(`${route}: ${answer.status}`).toBe(`${route}: ${status}`);
      expect(answer.text).not.toMatch(/secret/i);
    }
    const ofTask = await eve.get(`/board/events?task=${ids.home.taskId}`);
    expect(ofTask.status).toBe(404);
    expect(await keptAtHome()).toBe(before);
  });

  it('would find it there, were they of this org', async () => {
    for (const route of routes.filter((one) => one.startsWith('get ') && one.includes(':'))) {
      const { method, path } = fill(route, ids.home);
      const answer = await ask(ana, method, path);
      expect(`${route}: ${answer.status}`).toMatch(/: (200|303)$/);
    }
    expect((await ana.get('/board')).text).toContain('Secret plan');
  });
});

/** Of the router itself, so that nobody can forget one. */
function allRoutes(): Route[] {
  const all = listRoutes(
    createBoardRouter(stubDeps({ signIn: { slack: notUsed as SlackSignIn, local: null } }).deps),
  );
  for (const open of openRoutes) {
    const place = all.indexOf(open);
    if (place === -1) throw new Error(`there is no ${open} any more`);
    all.splice(place, 1);
  }
  return all;
}
