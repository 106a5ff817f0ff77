import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../support/http-fixture.ts';
import { type ManyStage, manyAdminKey, startManyStage } from '../support/many-stage.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const waiting = { timeout: 60_000 };
const BO = 'U01BO';
const tasks = 12;

describe.skipIf(isMongoMissing())('two processes behind a load balancer', () => {
  let stage: ManyStage;

  beforeAll(async () => {
    stage = await startManyStage({ processes: 2 });
    await stage.install('acme');
  });
  afterAll(async () => {
    await stage.close();
  });

  /** Asks one process after the other. */
  function ask<Body>(turn: number, method: string, path: string, body?: unknown) {
    const url = stage.apps[turn % stage.apps.length]?.publicUrl ?? '';
    const headers = { authorization: `Bearer ${manyAdminKey}` };
    return request<Body>(`${url}/api${path}`, method, { headers, ...(body === undefined ? {} : { body }) });
  }

  function asks(): FakeMessage[] {
    return stage.slack.teams.acme.slack.messages(BO).filter(({ text }) => text.includes('Ship order'));
  }

  it('do the same as one: every task is started, asked for, decided and ended exactly once', async () => {
    const orgId = stage.apps[0]?.orgId ?? '';
    const message = 'Ship order {{inputs.number}}?';
    const step = { name: 'ok', type: 'HUMAN', inputsTemplate: { message }, assignees: [BO] };
    const inputsSchema = { type: 'object', properties: { number: { type: 'number' } } };
    const workflow = { name: 'Ship', inputsSchema, steps: [step] };
    const made = await ask<{ id: string }>(0, 'POST', `/orgs/${orgId}/workflows`, workflow);
    expect(made.status, made.text).toBe(201);
    const path = `/workflows/${made.body.id}/executions`;
    const started = await Promise.all(
      Array.from({ length: tasks }, (_, number) =>
        ask<{ id: string }>(number + 1, 'POST', path, { inputs: { number: 100 + number } }),
      ),
    );
    expect(started.map(({ status }) => status)).toEqual(Array.from({ length: tasks }, () => 201));
    await expect.poll(() => asks().length, waiting).toBe(tasks);
    const { slack } = stage.slack.teams.acme;
    // Clicks take turns between the processes as well; each is made twice, as by an impatient person.
    for (const { ts } of asks()) {
      const click = { user: BO, channel: BO, ts, buttonText: 'Approve' };
      const [seen] = slack.messages(BO).filter((found) => found.ts === ts);
      await Promise.all([
        slack.clickButton(click),
        slack.clickButton({ ...click, ...(seen ? { seen } : {}) }),
      ]);
    }
    for (const [turn, { body }] of started.entries()) {
      const status = async () =>
        (await ask<{ status: string }>(turn, 'GET', `/workflows/executions/${body.id}`)).body.status;
      await expect.poll(status, waiting).toBe('COMPLETED');
      const logs = await ask<{ items: { type: string }[] }>(
        turn + 1,
        'GET',
        `/workflows/executions/${body.id}/logs`,
      );
      const decided = logs.body.items.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_DECIDED');
      expect(decided).toHaveLength(1);
    }
    const numbers = asks().map(({ text }) => /order (\d+)/.exec(text)?.[1]);
    expect(new Set(numbers).size).toBe(tasks);
    expect(asks()).toHaveLength(tasks);
    const verified = await ask<{ isIntact: boolean }>(1, 'GET', `/orgs/${orgId}/events/verify`);
    expect(verified.body).toMatchObject({ isIntact: true, isComplete: true });
  }, 180_000);
});
