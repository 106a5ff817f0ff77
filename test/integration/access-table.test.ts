import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { createKeyAuthenticator } from '../../src/http/key-authentication.ts';
import type { HttpDeps } from '../../src/http/http-deps.ts';
import { operations } from '../../src/http/openapi/operations.ts';
import {
  type Route,
  type Visitor,
  allRoutes,
  allVisitors,
  describeVisitor,
  expectedStatus,
} from '../support/access-table.ts';
import { type AccessStage, createAccessStage, foreignOrgId } from '../support/access-stage.ts';
import { human, testOrgId } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture, request } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Call {
  method: string;
  path: string;
  body?: unknown;
}

const home = `/api/orgs/${testOrgId}`;

describe.skipIf(isMongoMissing())('who may do what', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let stage: AccessStage;
  let pluginId: string;
  let made = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri, { authenticate: withHandlers(() => api) });
    stage = await createAccessStage(api);
    const events = ['WORKFLOW_STEP_CREATED', 'WORKFLOW_EXECUTION_COMPLETED'];
    const plugin = { name: 'Own', webhookUrl: 'https://example.com/', events };
    const path = `${home}/plugins`;
    pluginId = (await stage.ask<{ id: string }>(adminKey, 'POST', path, plugin)).body.id;
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  async function toCall(route: Route): Promise<Call> {
    switch (route.on) {
      case 'org':
        return { method: 'GET', path: route.does === 'read' ? home : `${home}/workflows` };
      case 'members': {
        const path = `${home}/members`;
        if (route.does === 'list') return { method: 'GET', path };
        return { method: 'POST', path, body: { userId: `U0NEW${made++}` } };
      }
      case 'teams': {
        const path = `${home}/teams`;
        return route.does === 'list'
          ? { method: 'GET', path }
          : { method: 'POST', path, body: { name: `Team ${made++}` } };
      }
      case 'api-keys':
        return { method: 'GET', path: `${home}/api-keys` };
      case 'team-keys': {
        const body = { name: 'k', kind: 'team', teamId: stage.teamIds.owning };
        return { method: 'POST', path: `${home}/api-keys`, body };
      }
      case 'own-key':
        return { method: 'POST', path: `${home}/api-keys`, body: { name: 'k', kind: 'user' } };
      case 'events':
        return { method: 'GET', path: `${home}/events` };
      case 'team':
        return { method: 'GET', path: `${home}/teams/${stage.teamIds.owning}` };
      case 'org-workflow':
      case 'team-workflow':
        return workflowCall(stage.workflowIds[route.on], route.does);
      case 'org-task':
      case 'team-task':
        return taskCall(route.on, route.does);
    }
  }

  function workflowCall(id: string, does: 'read' | 'check' | 'change' | 'start'): Call {
    const path = `/api/workflows/${id}`;
    if (does === 'read') return { method: 'GET', path };
    if (does === 'check') return { method: 'POST', path: `${path}/check` };
    if (does === 'start') return { method: 'POST', path: `${path}/executions`, body: { inputs: {} } };
    return { method: 'PATCH', path, body: { description: `Changed ${made++} times` } };
  }

  async function taskCall(
    task: 'org-task' | 'team-task',
    does: 'read' | 'why' | 'steer' | 'decide',
  ): Promise<Call> {
    const workflow = task === 'org-task' ? 'org-workflow' : 'team-workflow';
    const id = does === 'steer' ? await stage.startTask(workflow) : stage.taskIds[task];
    const path = `/api/workflows/executions/${id}`;
    if (does === 'read') return { method: 'GET', path };
    if (does === 'why') return { method: 'GET', path: `${path}/why` };
    if (does === 'steer') return { method: 'POST', path: `${path}/cancel`, body: {} };
    const body = { stepName: 'decide', outcome: 'approved' };
    return { method: 'POST', path: `${path}/complete-step`, body };
  }

  it.each(allVisitors().map((visitor) => [describeVisitor(visitor), visitor] as const))(
    '%s',
    async (_name, visitor: Visitor) => {
      const key = await stage.keyFor(visitor);
      for (const route of allRoutes()) {
        const { method, path, body } = await toCall(route);
        const answer = await stage.ask(key, method, path, body);
        const cell = `${route.does} ${route.on}`;
        expect(`${cell}: ${answer.status}`, answer.text).toBe(`${cell}: ${expectedStatus(visitor, route)}`);
      }
    },
  );

  it.each([
    ['no key', ''],
    ['an unknown key', `user-${'0'.repeat(24)}.${'a'.repeat(43)}`],
    ['no key at all', 'nonsense'],
    ['another admin key', `${adminKey}x`],
  ])('nobody with %s', async (_name, key) => {
    for (const route of allRoutes()) {
      const { method, path, body } = await toCall(route);
      const answer = await stage.ask(key, method, path, body);
      expect(`${path}: ${answer.status}`).toBe(`${path}: 401`);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
  });

  /** Every call of the document with something of the home org in its address; `{…}` of a body count too. */
  function callsAbout(...names: string[]): (Call & { id: string })[] {
    const ids: Record<string, string> = {
      orgId: testOrgId,
      workflowId: stage.workflowIds['team-workflow'],
      executionId: stage.taskIds['team-task'],
      teamId: stage.teamIds.owning,
      pluginId,
    };
    const fill = (text: string): string =>
      text.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'f'.repeat(24));
    const bodies: Record<string, unknown> = { completeStep: { stepName: 'decide', outcome: 'approved' } };
    return operations
      .map((operation) => ({ ...operation, body: bodies[operation.id] ?? operation.example }))
      .filter(({ path, body }) =>
        names.some((name) => `${path}${JSON.stringify(body)}`.includes(`{${name}}`)),
      )
      .map(({ id, method, path, body }) => ({
        id,
        method: method.toUpperCase(),
        path: fill(path),
        ...(body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify(body))) as unknown }),
      }));
  }
  async function expectOfAll(key: string, calls: (Call & { id: string })[], status: number): Promise<void> {
    for (const { id, method, path, body } of calls) {
      const answer = await stage.ask(key, method, path, body);
      expect(`${id}: ${answer.status}`, answer.text).toBe(`${id}: ${status}`);
    }
  }

  it.each(['owner', 'admin', 'member'] as const)(
    'finds nothing of another org on any route of the document, as its %s',
    async (role) => {
      const key = await stage.keyFor(visitorOf({ org: 'foreign', role }));
      const calls = callsAbout('orgId', 'workflowId', 'executionId', 'pluginId');
      expect(calls.length).toBeGreaterThan(50);
      await expectOfAll(key, calls, 404);
    },
  );

  /** What stands in something else, by the address of all of it, and the name that an address gives one of it. */
  function childrenOf(...parents: string[]): Map<string, string> {
    const known = new Set(['orgId', 'workflowId', 'executionId', 'pluginId']);
    return new Map(
      operations.flatMap(({ path }) => {
        const [, all = '', name = ''] = /^(.*)\/\{(\w+)\}$/.exec(path) ?? [];
        const isChild = !known.has(name) && parents.some((parent) => all.includes(`{${parent}}`));
        return isChild ? [[all, name] as const] : [];
      }),
    );
  }

  /** One of each, of the home org: made by the example of the document. @returns the ids, by the names in addresses */
  async function makeChildren(): Promise<Record<string, string>> {
    const ids: Record<string, string> = {
      orgId: testOrgId,
      workflowId: stage.workflowIds['org-workflow'],
      teamId: stage.teamIds.owning,
      pluginId,
    };
    const plugins = nativeCollection(api.database, 'plugins');
    await plugins.updateOne({ _id: pluginId as never }, { $set: { verifiedAt: api.clock.now() } });
    const made: Record<string, string> = {};
    const waiting = [...childrenOf('orgId', 'workflowId')];
    let hasMade = true;
    // Some are made out of others.
    while (hasMade) {
      hasMade = false;
      for (const [all, name] of waiting.splice(0)) {
        const creating = operations.find(({ method, path }) => method === 'post' && path === all);
        const table = creating?.textBodies === undefined ? undefined : 'customer\nAcme\n';
        const type = table === undefined ? 'application/json' : 'text/csv';
        const headers = { authorization: `Bearer ${adminKey}`, 'content-type': type };
        const body = table ?? fillWith({ ...ids, ...made }, creating?.example ?? {});
        const address = `${api.url}${fillWith({ ...ids, ...made }, all)}`;
        const answer = await request<{ id?: string; name?: string }>(address, 'POST', { headers, body });
        if (answer.status > 201) waiting.push([all, name]);
        else {
          made[name] ??= answer.body.id ?? answer.body.name ?? '';
          hasMade = true;
        }
      }
    }
    expect(waiting.map(([, name]) => name)).toEqual([]);
    return made;
  }

  it('finds nothing of another org by what is its own, on any route of the document that names two things', async () => {
    const key = await stage.keyFor(visitorOf({ org: 'foreign', role: 'owner' }));
    const ownWorkflow = { name: 'Their own', steps: [human('decide', { assignees: ['U0ASKED'] })] };
    const workflows = `/api/orgs/${foreignOrgId}/workflows`;
    const workflowId = (await stage.ask<{ id: string }>(key, 'POST', workflows, ownWorkflow)).body.id;
    const own = { orgId: foreignOrgId, workflowId };
    const children = await makeChildren();
    const made = Object.keys(children);
    let tried = 0;
    for (const { id, method, path, example } of operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
      if (!names.some((name) => made.includes(name))) continue;
      tried += 1;
      const ids = { ...children, ...own };
      const body = example === undefined ? undefined : fillWith(ids, example);
      const answer = await stage.ask(key, method.toUpperCase(), fillWith(ids, path), body);
      expect(`${id}: ${answer.status}`, answer.text).toBe(`${id}: 404`);
    }
    expect(tried).toBeGreaterThan(25);
  });

  it.each([
    ['a member of another team', { team: 'other' }],
    ['a member of no team', {}],
    ['a guest', { role: 'guest' }],
    ["another team's key", { kind: 'team', team: 'other' }],
    ["another workflow's handler", { kind: 'handler', canWrite: true, handles: 'org-workflow' }],
  ] as const)("finds nothing of a team's workflow on any route of the document, as %s", async (_who, who) => {
    const key = await stage.keyFor(visitorOf(who));
    const calls = callsAbout('workflowId', 'executionId');
    expect(calls.length).toBeGreaterThan(25);
    await expectOfAll(key, calls, 404);
  });

  it('changes nothing with a token that may only read, on any route of the document', async () => {
    const key = await stage.keyFor(visitorOf({ kind: 'handler', handles: 'team-workflow' }));
    // Rehearsals, checks and backtests only compute.
    const reads = new Set(['simulateWorkflow', 'checkWorkflow', 'backtestWorkflow']);
    const changes = callsAbout('workflowId', 'executionId').filter(
      ({ method, id }) => method !== 'GET' && !reads.has(id),
    );
    expect(changes.length).toBeGreaterThan(15);
    await expectOfAll(key, changes, 403);
  });

  it('lists only what the caller may see', async () => {
    const key = await stage.keyFor(visitorOf({ team: 'other' }));
    const listed = await stage.ask<{ items: { id: string }[] }>(key, 'GET', `${home}/workflows`);
    expect(listed.body.items.map(({ id }) => id)).toEqual([stage.workflowIds['org-workflow']]);
    const tasks = await stage.ask(
      key,
      'GET',
      `/api/workflows/${stage.workflowIds['team-workflow']}/executions`,
    );
    expect(tasks.status).toBe(404);
    const teams = await stage.ask<{ items: { id: string }[] }>(key, 'GET', `${home}/teams`);
    expect(teams.body.items.map(({ id }) => id)).toEqual([stage.teamIds.other]);
    const orgs = await stage.ask<{ items: { id: string }[] }>(key, 'GET', '/api/orgs');
    expect(orgs.body.items.map(({ id }) => id)).toEqual([testOrgId]);
  });

  it('fills the pages of a guest with what their teams own', async () => {
    const team = await stage.ask<{ id: string }>(adminKey, 'POST', `${home}/teams`, { name: 'Field' });
    const own = { name: 'Zuletzt', teamId: team.body.id };
    const made = await stage.ask<{ id: string }>(adminKey, 'POST', `${home}/workflows`, own);
    await stage.addMember(testOrgId, 'U0GUEST', 'guest', [team.body.id]);
    const key = await stage.keyOf(testOrgId, 'U0GUEST');
    const page = await stage.ask<{ items: { id: string }[] }>(key, 'GET', `${home}/workflows?limit=1`);
    expect(page.body.items.map(({ id }) => id)).toEqual([made.body.id]);
  });

  it("gives what a team's key makes to the team, and lets nobody make it for another one", async () => {
    const key = await stage.keyOfTeam(testOrgId, stage.teamIds.owning);
    const own = await stage.ask(key, 'POST', `${home}/workflows`, { name: 'Made by the key' });
    expect(own.body['teamId']).toBe(stage.teamIds.owning);
    const other = { name: 'For others', teamId: stage.teamIds.other };
    expect((await stage.ask(key, 'POST', `${home}/workflows`, other)).status).toBe(422);
    const member = await stage.keyFor(visitorOf({ team: 'owning' }));
    expect((await stage.ask(member, 'POST', `${home}/workflows`, other)).status).toBe(422);
    const unknown = { name: 'For nobody', teamId: 'f'.repeat(24) };
    expect((await stage.ask(adminKey, 'POST', `${home}/workflows`, unknown)).status).toBe(422);
  });

  it('lets a person outside of the team read and decide what they are asked, and nothing else', async () => {
    await stage.addMember(testOrgId, 'U0ASKED', 'member');
    const key = await stage.keyOf(testOrgId, 'U0ASKED');
    const task = `/api/workflows/executions/${await stage.startTask('team-workflow')}`;
    expect((await stage.ask(key, 'GET', task)).status).toBe(200);
    expect((await stage.ask(key, 'POST', `${task}/cancel`, {})).status).toBe(403);
    const workflow = `/api/workflows/${stage.workflowIds['team-workflow']}`;
    expect((await stage.ask(key, 'GET', workflow)).status).toBe(404);
    const decision = { stepName: 'decide', outcome: 'approved', comment: 'fine' };
    const decided = await stage.ask(key, 'POST', `${task}/complete-step`, decision);
    expect(decided.body['status']).toBe('COMPLETED');
    const log = await stage.ask<{ items: { type: string; actor: unknown }[] }>(key, 'GET', `${task}/logs`);
    const decidedEvent = log.body.items.find(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_DECIDED');
    expect(decidedEvent?.actor).toEqual({ kind: 'person', userId: 'U0ASKED', name: 'u0asked' });
  });

  it('lets whoever started a task steer it, also when they may not change the workflow', async () => {
    const visitor = visitorOf({ team: 'none' });
    const [starter, stranger] = [await stage.keyFor(visitor), await stage.keyFor(visitor)];
    const path = `/api/workflows/${stage.workflowIds['org-workflow']}/executions`;
    const started = await stage.ask<{ id: string }>(starter, 'POST', path, { inputs: {} });
    const cancel = `/api/workflows/executions/${started.body.id}/cancel`;
    expect((await stage.ask(stranger, 'POST', cancel, {})).status).toBe(403);
    expect((await stage.ask(starter, 'POST', cancel, {})).body['status']).toBe('CANCELLED');
  });
});

function visitorOf(changes: Partial<Visitor>): Visitor {
  return {
    org: 'home',
    kind: 'user',
    role: 'member',
    team: 'none',
    canWrite: false,
    handles: null,
    ...changes,
  };
}

/** With these ids in the place of `{…}`; others are of nothing. */
function fillWith<Value>(ids: Readonly<Record<string, string>>, value: Value): Value {
  const filled = JSON.stringify(value).replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => ids[name] ?? 'f'.repeat(24),
  );
  return JSON.parse(filled) as Value;
}

/** Handlers' tokens here belong to no plugin, so they count as enabled. */
function withHandlers(fixture: () => HttpFixture): HttpDeps['authenticate'] {
  return async (bearer) => {
    const { org } = fixture();
    if (bearer === adminKey) {
      const access = { orgId: testOrgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
      return {
        caller: { kind: 'key', keyId: 'admin', name: null },
        access,
        keyId: 'admin',
        orgId: testOrgId,
      };
    }
    return createKeyAuthenticator(org)(bearer);
  };
}
