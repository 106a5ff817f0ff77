import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createHttpFixture, type HttpFixture, request, type Answer } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Stack {
  items: {
    assignees: string[];
    asks: { recipient: string; closed: { why: string; to: string[]; note: string | null } | null }[];
    prefilled: Record<string, unknown>;
    decisionDigest: string | null;
    delegations: unknown[];
    unanswerable: unknown;
    votes: { outcome: string }[];
  }[];
}

const names = ['ana', 'bo', 'chi', 'dee'] as const;
type Name = (typeof names)[number];
const idOf = (name: Name): string => `U0${name.toUpperCase()}`;

describe.skipIf(isMongoMissing())('people through the API', () => {
  let database: TestDatabase;
  let api: HttpFixture;
  const keys = new Map<Name, string>();
  const memberIds = new Map<Name, string>();
  let teamKey = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await createHttpFixture(database.uri);
    for (const name of names) {
      const member = await api.ask<{ id: string }>('POST', `/api/orgs/${testOrgId}/members`, {
        body: { userId: idOf(name), name, email: `${name}@example.com`, role: 'member' },
      });
      memberIds.set(name, member.body.id);
      const access = {
        orgId: testOrgId,
        role: 'member',
        teamIds: [],
        userId: idOf(name),
        handler: null,
      } as const;
      const by = { access, actor: { kind: 'person', userId: idOf(name), name } } as const;
      const owner = { kind: 'user', userId: idOf(name) } as const;
      const issued = await api.org.apiKeys.create(by, testOrgId, { name: 'test', owner, expiresAt: null });
      keys.set(name, issued.bearer);
    }
    const admin = {
      access: { orgId: testOrgId, role: 'owner', teamIds: [], userId: idOf('ana'), handler: null },
      actor: { kind: 'system' },
    } as const;
    const team = await api.org.teams.create(admin, testOrgId, 'Team');
    const issued = await api.org.apiKeys.create(admin, testOrgId, {
      name: 'team',
      owner: { kind: 'team', teamId: team.id },
      expiresAt: null,
    });
    teamKey = issued.bearer;
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  function as<Body = Record<string, unknown>>(
    who: Name | 'team',
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    const key = who === 'team' ? teamKey : (keys.get(who) ?? '');
    const headers = { authorization: `Bearer ${key}` };
    return request<Body>(`${api.url}${path}`, method, { headers, ...(body === undefined ? {} : { body }) });
  }

  async function start(step: Parameters<typeof human>[1], by: Name = 'ana'): Promise<string> {
    const workflow = await api.createWorkflow([
      human('ok', step),
      userMessage('then', { assignee: idOf('dee') }),
    ]);
    const started = await as<{ id: string }>(by, 'POST', `/api/workflows/${workflow.id}/executions`, {
      inputs: {},
    });
    expect(started.status).toBe(201);
    return `/api/workflows/executions/${started.body.id}`;
  }

  async function stackOf(task: string): Promise<Stack['items']> {
    return (await as<Stack>('ana', 'GET', `${task}/stack`)).body.items;
  }

  it('decides with a personal key, on what was seen, and changes a vote while it is open', async () => {
    const task = await start({
      assignees: [idOf('bo'), idOf('chi')],
      policy: { required: 2, rejectionsRequired: 2 },
    });
    const [step] = await stackOf(task);
    const decide = { stepName: 'ok', outcome: 'approved', digest: step?.decisionDigest };
    expect(
      (await as('bo', 'POST', `${task}/complete-step`, { ...decide, digest: 'something else' })).status,
    ).toBe(409);
    expect((await as('bo', 'POST', `${task}/complete-step`, decide)).status).toBe(200);
    const changed = await as('bo', 'POST', `${task}/complete-step`, {
      stepName: 'ok',
      outcome: 'rejected',
      comment: 'No',
    });
    expect(changed.status).toBe(200);
    expect((await stackOf(task))[0]?.votes).toMatchObject([{ outcome: 'rejected' }]);
  });

  it('does not decide with the key of a team or the admin key', async () => {
    const task = await start({ assignees: [idOf('bo')] });
    const body = { stepName: 'ok', outcome: 'approved' };
    expect((await as('team', 'POST', `${task}/complete-step`, body)).status).toBe(403);
    expect((await api.ask('POST', `${task}/complete-step`, { body })).status).toBe(403);
    expect((await stackOf(task))[0]?.votes).toEqual([]);
  });

  it('keeps the two-person rules', async () => {
    const task = await start({ assignees: [idOf('ana'), idOf('bo')], policy: { excludeStarter: true } });
    const body = { stepName: 'ok', outcome: 'approved' };
    expect((await as('ana', 'POST', `${task}/complete-step`, body)).status).toBe(403);
    const reassigned = await as('ana', 'POST', `${task}/reassign`, { to: [idOf('ana')] });
    expect(reassigned).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('somebody else') },
    });
    expect((await as('bo', 'POST', `${task}/complete-step`, body)).status).toBe(200);
  });

  it('shows what the form starts with, takes what was edited, and refuses what does not fit', async () => {
    const task = await start({
      assignees: [idOf('bo')],
      outputSchema: {
        type: 'object',
        properties: { text: { type: 'string', minLength: 3 } },
        required: ['text'],
      },
      prefill: { text: 'A draft' },
    });
    expect((await stackOf(task))[0]?.prefilled).toEqual({ text: 'A draft' });
    const body = { stepName: 'ok', outcome: 'approved', output: { text: 'x' } };
    expect((await as('bo', 'POST', `${task}/complete-step`, body)).status).toBe(422);
    const done = await as('bo', 'POST', `${task}/complete-step`, { ...body, output: { text: 'Edited' } });
    expect(done).toMatchObject({
      status: 200,
      body: { context: { steps: { ok: { output: { text: 'Edited' } } } } },
    });
  });

  it('reassigns by an assignee, by who started the task and by an admin, and by nobody else', async () => {
    const task = await start({ assignees: [idOf('bo')] });
    expect((await as('dee', 'POST', `${task}/reassign`, { to: [idOf('dee')] })).status).toBe(403);
    expect((await as('bo', 'POST', `${task}/reassign`, { to: [idOf('chi')], note: 'On leave' })).status).toBe(
      200,
    );
    const [step] = await stackOf(task);
    expect(step?.assignees).toEqual([idOf('chi')]);
    expect(step?.asks[0]?.closed).toMatchObject({ why: 'reassigned', to: [idOf('chi')], note: 'On leave' });
    const late = await as('bo', 'POST', `${task}/complete-step`, { stepName: 'ok', outcome: 'approved' });
    expect(late).toMatchObject({ status: 403, body: { detail: expect.stringContaining('was reassigned') } });
    expect(
      (await as('ana', 'POST', `${task}/reassign`, { stepName: 'ok', to: [idOf('dee')], from: idOf('chi') }))
        .status,
    ).toBe(200);
    expect((await api.ask('POST', `${task}/reassign`, { body: { to: ['bo@example.com'] } })).status).toBe(
      200,
    );
    expect(
      (await as('bo', 'POST', `${task}/complete-step`, { stepName: 'ok', outcome: 'approved' })).status,
    ).toBe(200);
    expect((await as('ana', 'POST', `${task}/reassign`, { stepName: 'ok', to: [idOf('dee')] })).status).toBe(
      409,
    );
  });

  it('reads and changes when a member works and is away: their own, and for admins everybody’s', async () => {
    const path = `/api/orgs/${testOrgId}/members/${memberIds.get('bo')}/settings`;
    expect((await as('bo', 'GET', path)).body).toMatchObject({
      away: null,
      workingHours: { from: '09:00', to: '17:30' },
    });
    expect((await as('chi', 'GET', path)).status).toBe(403);
    expect((await as('chi', 'PATCH', path, { away: null })).status).toBe(403);
    const until = new Date(api.clock.now().getTime() + 86_400_000).toISOString();
    const set = await as('bo', 'PATCH', path, { away: { until, delegate: 'chi@example.com' } });
    expect(set).toMatchObject({ status: 200, body: { away: { until, delegate: idOf('chi'), note: null } } });
    const hours = { days: [1, 2], from: '10:00', to: '12:00' };
    const changed = await api.ask('PATCH', path, { body: { workingHours: hours } });
    expect(changed.body).toMatchObject({ away: { until }, workingHours: hours });
    for (const away of [
      { until: '2020-01-01T00:00:00Z' },
      { until: 'friday' },
      { until, delegate: 'bo@example.com' },
      { until, delegate: 'nobody@example.com' },
    ]) {
      expect((await as('bo', 'PATCH', path, { away })).status).toBe(422);
    }
    expect(
      (await as('bo', 'PATCH', path, { workingHours: { days: [9], from: '10:00', to: '12:00' } })).status,
    ).toBe(422);
    api.clock.advance(2 * 86_400_000);
    expect((await as('bo', 'GET', path)).body).toMatchObject({ away: null });
    const events = await api.ask<{ items: { type: string }[] }>(
      'GET',
      `/api/orgs/${testOrgId}/events?type=AWAY_CHANGED`,
    );
    expect(events.body.items.map(({ type }) => type)).toEqual(['AWAY_CHANGED']);
  });
});
