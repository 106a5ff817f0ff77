import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identifyProcess } from '../../src/local/process-identity.ts';
import {
  type ApiExecution,
  type ApiList,
  type ApiWorkflow,
  createApiClient,
} from '../support/e2e/api-client.ts';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { buttonsOf, readDirectMessages } from '../support/e2e/direct-messages.ts';
import { openHomeTab } from '../support/e2e/home-tab.ts';
import { latestTask } from '../support/e2e/latest-task.ts';
import { type RunningProgram, runProgram, startProgram } from '../support/e2e/running-program.ts';
import { startRefundAsAna } from '../support/e2e/start-refund.ts';
import { recordedPid } from '../support/killable-bot.ts';
import { connectLocalSlackControl } from '../support/slack/local-slack-control.ts';
import { localSlackAvailable } from '../support/slack/test-local-slack.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const ANA = 'U01ANA';
const BO = 'U01BO';
const refund = { customer: 'Northwind', amount: '420' };
const ask = 'Approve refund of 420 USD to Northwind?';
const waiting = { timeout: 50_000 };

const toKill: RunningProgram[] = [];
let dataDir: string;

/** Nothing but what keeps this run apart from others on the machine. */
function ownPlace(): Record<string, string> {
  return { DATA_DIR: dataDir, PORT: '0', LOCAL_SLACK_PORT: '0' };
}

async function start(env: Record<string, string> = {}): Promise<RunningProgram> {
  const program = await startProgram({ ...ownPlace(), ...env });
  toKill.push(program);
  return program;
}

async function listSlugs(program: RunningProgram): Promise<string[]> {
  const path = `/orgs/${program.orgId}/workflows`;
  const { items } = await createApiClient(program).get<ApiList<ApiWorkflow>>(path);
  return items.map(({ slug }) => slug).toSorted();
}

/** As Ana does it, and waits until Bo has been asked. */
async function startRefund(program: RunningProgram): Promise<ApiExecution> {
  const slackUrl = program.slackUrl ?? '';
  await startRefundAsAna(slackUrl, refund);
  await expect
    .poll(() => readDirectMessages(slackUrl, BO), waiting)
    .toMatchObject({ messages: [{ text: expect.stringContaining(ask) }] });
  return latestTask({ api: createApiClient(program), program }, 'refund-approval');
}

function helperPids(): Promise<number[]> {
  const files = ['mongod.process.json', 'local-slack/process.json'];
  return Promise.all(files.map((file) => recordedPid(join(dataDir, file))));
}

function isAlive(pid: number): boolean {
  return identifyProcess(pid) !== null;
}

beforeAll(async () => {
  await compileProgram();
}, 120_000);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'baton program-'));
});

afterEach(async () => {
  for (const program of toKill.splice(0)) await program.terminate();
  await rm(dataDir, { recursive: true, force: true });
});

const canRun = localSlackAvailable() && !isMongoMissing();

describe.skipIf(!canRun)('the program with nothing configured', { timeout: 90_000 }, () => {
  it('starts, says where everything is, and has the two samples', async () => {
    const program = await start();

    const { publicUrl, slackUrl, orgId } = program;
    expect(await statusOf(`${publicUrl}/healthz`)).toBe(200);
    expect(await statusOf(`${publicUrl}/readyz`)).toBe(200);
    expect(await statusOf(`${publicUrl}/board`)).toBe(200);
    expect(await statusOf(slackUrl ?? '')).toBe(200);
    expect(program.stdout()).toContain('/workflow start refund-approval');
    expect(program.stdout()).toMatch(/development workspace/);
    expect(await statusOf(`${publicUrl}/api/orgs/${orgId}/workflows`)).toBe(401);
    expect(await listSlugs(program)).toEqual(['onboarding-checklist', 'refund-approval']);
  });

  it('ends in order when it is asked to, and goes on where it was when it is started again', async () => {
    const first = await start();
    const api = createApiClient(first);
    await api.post(`/orgs/${first.orgId}/workflows`, { name: 'My own', steps: [] });
    const { id } = await startRefund(first);
    const helpers = await helperPids();

    // It cuts itself off with code 1 when it takes more than ten seconds.
    expect(await first.terminate()).toBe(0);
    expect(helpers.map(isAlive)).toEqual([false, false]);
    const second = await start();

    expect(second.orgId).toBe(first.orgId);
    expect(second.adminKey).not.toBe(first.adminKey);
    expect(await listSlugs(second)).toEqual(['my-own', 'onboarding-checklist', 'refund-approval']);
    const kept = await createApiClient(second).get<ApiExecution>(`/workflows/executions/${id}`);
    expect(kept).toMatchObject({ id, status: 'RUNNING', context: { inputs: { amount: 420 } } });
  });

  it('refuses a data folder that another one is using, naming it, and leaves that one alone', async () => {
    const first = await start();

    const second = await runProgram(ownPlace());

    expect(second.exitCode).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toContain(`Another Baton (process ${first.pid}) is using the data folder`);
    expect(second.stderr).not.toMatch(/\n\s+at /);
    expect((await helperPids()).map(isAlive)).toEqual([true, true]);
    expect(await statusOf(`${first.publicUrl}/readyz`)).toBe(200);
  });

  it('takes over after kill -9 in the middle of a task, which is then decided on the Home tab', async () => {
    const first = await start();
    const { id } = await startRefund(first);
    const orphans = await helperPids();
    await first.kill();
    expect(orphans.map(isAlive)).toEqual([true, true]);

    const second = await start();
    expect(orphans.map(isAlive)).toEqual([false, false]);
    const slackUrl = second.slackUrl ?? '';
    const home = await openHomeTab(slackUrl, BO);
    await expect.poll(() => home.text(), waiting).toContain(ask);
    home.click('Approve');

    // The local workspace has forgotten all messages; what comes next is posted in the new one.
    const newest = async () => (await readDirectMessages(slackUrl, ANA))?.messages[0]?.['text'];
    await expect.poll(newest, waiting).toContain('was approved');
    await expect.poll(() => home.text(), waiting).not.toContain(ask);
    home.close();
    const told = await readDirectMessages(slackUrl, ANA);
    const message = told?.messages.find(({ text }) => String(text).includes('was approved')) ?? {};
    const control = await connectLocalSlackControl(slackUrl);
    const [markDone] = buttonsOf(message);
    await control.click({
      user: ANA,
      channel: told?.channel ?? '',
      ts: String(message['ts']),
      action: markDone?.action ?? {},
    });
    control.close();
    const api = createApiClient(second);
    await expect
      .poll(() => api.get<ApiExecution>(`/workflows/executions/${id}`), waiting)
      .toMatchObject({
        status: 'COMPLETED',
        context: { steps: { manager_ok: { condition: 'approved', actor: { kind: 'person', userId: BO } } } },
      });
  });

  it('writes no secret into its log, not even with every line that there is', async () => {
    const program = await start({ LOG_LEVEL: 'trace' });
    await startRefund(program);
    const workspace = await readFile(join(dataDir, 'local-slack/workspace.json'), 'utf8');
    const { app } = JSON.parse(workspace) as {
      app: { botToken: string; appToken: string; signingSecret: string };
    };

    expect(await program.terminate()).toBe(0);

    expect(program.stderr()).toContain('"msg"');
    for (const secret of [app.botToken, app.appToken, app.signingSecret]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(program.stdout() + program.stderr()).not.toContain(secret);
    }
    expect(program.stdout().split(program.adminKey)).toHaveLength(2);
    expect(program.stderr()).not.toContain(program.adminKey);
  });
});

describe('the program in production', { timeout: 60_000 }, () => {
  it('embeds nothing and lists all that is missing', async () => {
    const ended = await runProgram({ ...ownPlace(), NODE_ENV: 'production' });

    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toBe('');
    for (const name of ['MONGODB_URI', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET or SLACK_APP_TOKEN']) {
      expect(ended.stderr).toContain(`- ${name} is missing`);
    }
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}
