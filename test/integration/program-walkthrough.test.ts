import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { type RunningProgram, startProgram } from '../support/e2e/running-program.ts';
import { type Answer, request } from '../support/http-fixture.ts';
import { localSlackAvailable } from '../support/slack/test-local-slack.ts';
import { isMongoMissing } from '../support/test-mongo.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

interface Thing {
  id: string;
  [field: string]: unknown;
}
interface Things {
  items: Thing[];
}

const inputsSchema = {
  type: 'object',
  properties: {
    assignee: {
      type: 'object',
      properties: { name: { type: 'string' }, email: { type: 'string', format: 'email' } },
      required: ['name', 'email'],
    },
    created_by: { type: 'string' },
  },
  required: ['assignee', 'created_by'],
};
const inputs = { assignee: { name: 'Bo Lind', email: 'bo@example.com' }, created_by: 'Ana' };
const stepNames = ['welcome', 'laptop', 'first_lunch'];
const referenceEvents = [
  'WORKFLOW_EXECUTION_STARTED',
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_STEP_CREATED',
  'WORKFLOW_STEP_EXECUTION_SCHEDULED',
  'WORKFLOW_STEP_EXECUTION_STARTED',
  'WORKFLOW_STEP_EXECUTION_COMPLETED',
] as const;

let dataDir: string;
let program: RunningProgram;
let receiver: WebhookReceiver;

function ask<Body = Thing>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
  return request<Body>(`${program.publicUrl}/api${path}`, method, {
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${program.adminKey}` },
  });
}

beforeAll(async () => {
  if (isMongoMissing() || !localSlackAvailable()) return;
  await compileProgram();
  dataDir = await mkdtemp(join(tmpdir(), 'baton-walkthrough-'));
  receiver = await WebhookReceiver.start();
  program = await startProgram({ DATA_DIR: dataDir, PORT: '0', LOCAL_SLACK_PORT: '0' });
}, 180_000);

afterAll(async () => {
  await program?.terminate();
  await receiver?.close();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

describe.skipIf(isMongoMissing() || !localSlackAvailable())('the walkthrough of the reference', () => {
  it('creates, executes, follows and completes a workflow, and listens to its events, over HTTP', {
    timeout: 120_000,
  }, async () => {
    const workflow = await createWorkflow();
    await refuseWrongInputs(workflow);
    await completeWithoutSteps(workflow);
    const secret = await attachReceiver(workflow);
    await addSteps(workflow);
    const execution = await startExecution(workflow);
    await completeSteps(workflow, execution);
    await checkLog(execution);
    await checkEvents(workflow, execution, secret);
  });
});

async function createWorkflow(): Promise<Thing> {
  const { status, body } = await ask('POST', `/orgs/${program.orgId}/workflows`, {
    name: 'New colleague',
    description: 'What happens in the first week',
    inputsSchema,
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'ACTIVE', orgId: program.orgId, steps: [], inputsSchema });
  return body;
}

async function refuseWrongInputs({ id }: Thing): Promise<void> {
  const without = await ask<{ errors: { path: string }[] }>('POST', `/workflows/${id}/executions`, {});
  expect(without.status).toBe(422);
  expect(without.body.errors.map(({ path }) => path)).toContain('assignee');
  const wrong = await ask('POST', `/workflows/${id}/executions`, {
    inputs: { assignee: 'Bo', created_by: 'Ana' },
  });
  expect(wrong.status).toBe(422);
  expect(wrong.body).toMatchObject({ errors: [{ path: 'assignee' }] });
}

async function completeWithoutSteps({ id }: Thing): Promise<void> {
  const { status, body } = await ask('POST', `/workflows/${id}/executions`, { inputs });
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'COMPLETED', pointer: null, context: { inputs } });
}

/** @returns the secret that events are signed with */
async function attachReceiver({ id }: Thing): Promise<string> {
  const plugin = await ask('POST', `/orgs/${program.orgId}/plugins`, {
    name: 'Walkthrough',
    webhookUrl: receiver.url,
    events: referenceEvents,
    scopes: ['WORKFLOW_READ'],
  });
  expect(plugin.status).toBe(201);
  const attachment = { pluginId: plugin.body.id };
  expect((await ask('POST', `/workflows/${id}/event-handlers`, attachment)).status).toBe(409);
  const verified = await ask('POST', `/plugins/${plugin.body.id}/verify-webhook`, {});
  expect(verified.body).toMatchObject({ isVerified: true });
  expect((await ask('POST', `/workflows/${id}/event-handlers`, attachment)).status).toBe(201);
  return plugin.body['secret'] as string;
}

async function addSteps({ id }: Thing): Promise<void> {
  for (const name of stepNames) {
    const step = {
      name,
      type: 'USER_MESSAGE',
      assignee: '{{inputs.assignee.email}}',
      inputsTemplate: { message: `${name}, {{inputs.assignee.name}}: ask {{inputs.created_by}}.` },
    };
    expect((await ask('POST', `/workflows/${id}/steps`, step)).status).toBe(201);
  }
  const { body } = await ask<Things>('GET', `/workflows/${id}/steps`);
  expect(body.items.map(({ name, isFirstStep, nextId }) => ({ name, isFirstStep, nextId }))).toEqual([
    { name: 'welcome', isFirstStep: true, nextId: body.items[1]?.id },
    { name: 'laptop', isFirstStep: false, nextId: body.items[2]?.id },
    { name: 'first_lunch', isFirstStep: false, nextId: null },
  ]);
}

async function startExecution({ id }: Thing): Promise<Thing> {
  const { body: steps } = await ask<Things>('GET', `/workflows/${id}/steps`);
  const { status, body } = await ask('POST', `/workflows/${id}/executions`, { inputs });
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'RUNNING', pointer: steps.items[0]?.id });
  const stack = await ask<Things>('GET', `/workflows/executions/${body.id}/stack`);
  expect(stack.body.items).toMatchObject([
    {
      stepName: 'welcome',
      status: 'STARTED',
      inputs: { message: 'welcome, Bo Lind: ask Ana.' },
      assignees: ['bo@example.com'],
    },
  ]);
  return body;
}

async function completeSteps({ id }: Thing, execution: Thing): Promise<void> {
  const { body: steps } = await ask<Things>('GET', `/workflows/${id}/steps`);
  const pointers = [...steps.items.slice(1).map((step) => step.id), null];
  for (const [index, stepName] of stepNames.entries()) {
    const done = await ask('POST', `/workflows/executions/${execution.id}/complete-step`, {
      stepName,
      output: { done: index },
    });
    expect(done.body).toMatchObject({
      pointer: pointers[index],
      status: index < 2 ? 'RUNNING' : 'COMPLETED',
    });
  }
  const { body } = await ask('GET', `/workflows/executions/${execution.id}`);
  expect(body['context']).toMatchObject({
    inputs,
    steps: { welcome: { inputs: { message: 'welcome, Bo Lind: ask Ana.' }, output: { done: 0 } } },
  });
  const again = await ask('POST', `/workflows/executions/${execution.id}/complete-step`, {
    stepName: 'first_lunch',
  });
  expect(again.status).toBe(409);
}

async function checkLog({ id }: Thing): Promise<void> {
  const stack = await ask<Things>('GET', `/workflows/executions/${id}/stack`);
  expect(stack.body.items.map(({ stepName, status }) => ({ stepName, status }))).toEqual(
    stepNames.map((stepName) => ({ stepName, status: 'COMPLETED' })),
  );
  const log = await ask<Things>('GET', `/workflows/executions/${id}/logs`);
  const ofStep = ['SCHEDULED', 'STARTED', 'COMPLETED'].map((what) => `WORKFLOW_STEP_EXECUTION_${what}`);
  expect(log.body.items.map(({ type }) => type)).toEqual([
    'WORKFLOW_EXECUTION_STARTED',
    ...stepNames.flatMap(() => ofStep),
    'WORKFLOW_EXECUTION_COMPLETED',
  ]);
}

async function checkEvents(workflow: Thing, execution: Thing, secret: string): Promise<void> {
  const log = await ask<Things>('GET', `/workflows/executions/${execution.id}/logs`);
  const receivedOfExecution = (): string[] =>
    receiver.received.filter(({ json }) => json.executionId === execution.id).map(({ json }) => json.id);
  await expect.poll(receivedOfExecution, { timeout: 30_000 }).toEqual(log.body.items.map(({ id }) => id));
  await expect
    .poll(() => new Set(receiver.types()), { timeout: 30_000 })
    .toEqual(new Set(['PLUGIN_INSTALLED', ...referenceEvents]));
  for (const { headers, body } of receiver.received) {
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new SvixWebhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
  }
  const events = receiver.received.map(({ json }) => json);
  const [installed] = events.filter(({ type }) => type === 'PLUGIN_INSTALLED');
  await checkToken(workflow, execution, String(installed?.data['token']));
}

/** It opens just this workflow and its executions, for reading. */
async function checkToken(workflow: Thing, execution: Thing, token: string): Promise<void> {
  const status = async (method: string, path: string, body?: unknown): Promise<number> => {
    const options = {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${token}` },
    };
    return (await request(`${program.publicUrl}/api${path}`, method, options)).status;
  };
  const { body: list } = await ask<Things>('GET', `/orgs/${program.orgId}/workflows`);
  const other = list.items.find(({ id }) => id !== workflow.id);
  expect(await status('GET', `/workflows/executions/${execution.id}`)).toBe(200);
  expect(await status('GET', `/workflows/${other?.id}`)).toBe(404);
  expect(await status('POST', `/workflows/${workflow.id}/executions`, { inputs })).toBe(403);
}
