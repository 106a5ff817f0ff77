import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { type Jobs, startJobs } from '../../../jobs/start-jobs.ts';
import { decideActionId, encodeDecision } from '../../../blocks/action-ids.ts';
import type { StepInput } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { createLogger } from '../../../src/logger.ts';
import { human, testOrgId } from '../builders.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { ShiftedClock } from '../shifted-clock.ts';
import { type BotParts, createBotParts } from '../slack-bot.ts';
import { APP_ID, DEFAULT_SEED, TEAM } from '../slack/fake-workspace.ts';
import { signSlackRequest } from '../slack/sign-slack-request.ts';
import { startSlackFake } from '../slack/slack-fake.ts';
import { type AnswerCollector, startAnswerCollector } from './answer-collector.ts';

/** What is clicked: *Approve* on one step execution of a task. */
export interface ClickTarget {
  userId: string;
  executionId: string;
  /** Place in the stack. */
  stepIndex: number;
}

/** A click that is on its way. Times are counted from the click, in milliseconds. */
export interface SentClick extends ClickTarget {
  acknowledged: Promise<{ status: number; afterMs: number }>;
  /** What the person was told so far, and they alone. */
  told: { text: string; afterMs: number }[];
  /** The bot has nothing more to do with it. */
  finished: Promise<void>;
}

/** The whole bot in this process, and a crowd of people who click its buttons as Slack would send it. */
export interface ClickStation {
  fixture: EngineFixture;
  clock: ShiftedClock;
  /** Slack ids of the crowd. */
  people: string[];
  /** Tasks that wait for a decision of anybody in the crowd; one task after the other. */
  startTasks(workflowSteps: StepInput[], count: number): Promise<ExecutionState[]>;
  click(target: ClickTarget): SentClick;
  close(): Promise<void>;
}

export interface ClickStationOptions {
  people: number;
  /** Run the recurring sweep as the bot does. Default false. */
  jobs?: boolean;
}

const crowdChannel = 'C0CROWD';
/** What an engine fixture has unless it is told otherwise. */
export const fixtureLeaseMs = 20_000;

/** A step that anybody in the crowd can decide. */
export function crowdStep(
  name: string,
  more: Partial<Extract<StepInput, { type: 'HUMAN' }>> = {},
): StepInput {
  return human(name, { assignees: [crowdChannel], ...more });
}

/** @param uri of a database of its own */
export async function startClickStation(uri: string, options: ClickStationOptions): Promise<ClickStation> {
  const clock = new ShiftedClock();
  const people = Array.from({ length: options.people }, (_, index) => `U0CROWD${index}`);
  const slack = await startSlackFake({ clock, seed: seedWith(people) });
  const { botToken, signingSecret, apiUrl } = slack;
  const parts = await createBotParts(uri, { kind: 'http', botToken, signingSecret }, apiUrl, clock);
  const { fixture, app } = parts;
  // What is tested is what becomes of the clicks: messages are taken as sent.
  fixture.performer.answer = () => {
    fixture.performer.performed.length = 0;
    return { kind: 'done' };
  };
  const server = await listen(parts);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  await app.start();
  const collector = await startAnswerCollector();
  const clicks = new ClickSender(parts, collector, url, signingSecret);
  const jobs = options.jobs ? await startFixtureJobs(fixture, clock) : null;
  return {
    fixture,
    clock,
    people,
    startTasks: (steps, count) => startTasks(fixture, steps, count),
    click: (target) => clicks.send(target),
    async close() {
      await jobs?.stop();
      await app.stop(5_000);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await fixture.close();
      await collector.close();
      await slack.close();
    },
  };
}

/** The bot's recurring jobs over the engine of a fixture. */
export function startFixtureJobs(fixture: EngineFixture, clock: ShiftedClock): Promise<Jobs> {
  const { database, engine } = fixture;
  const deliveries = { sweep: () => Promise.resolve() };
  const workflowEvents = { flush: async () => 0 };
  const logger = createLogger('fatal');
  const runner = { begin: () => {} };
  const leaseMs = fixtureLeaseMs;
  return startJobs({ database, engine, runner, deliveries, workflowEvents, leaseMs, clock, logger });
}

/** Sends clicks, and knows when the bot is through with each. */
class ClickSender {
  readonly #collector: AnswerCollector;
  readonly #url: string;
  readonly #signingSecret: string;
  readonly #finish = new Map<string, () => void>();
  #sent = 0;

  constructor({ app }: BotParts, collector: AnswerCollector, url: string, signingSecret: string) {
    this.#collector = collector;
    this.#url = url;
    this.#signingSecret = signingSecret;
    app.app.use(async ({ body, next }) => {
      try {
        await next();
      } finally {
        const { trigger_id: triggerId } = body as { trigger_id?: string };
        this.#finish.get(triggerId ?? '')?.();
      }
    });
  }

  send(target: ClickTarget): SentClick {
    const key = `click-${this.#sent}`;
    this.#sent += 1;
    const beganAt = performance.now();
    const told: SentClick['told'] = [];
    const responseUrl = this.#collector.open(key, (text) => {
      told.push({ text, afterMs: performance.now() - beganAt });
    });
    const finished = new Promise<void>((resolve) => {
      this.#finish.set(key, () => {
        this.#finish.delete(key);
        this.#collector.forget(key);
        resolve();
      });
    });
    return {
      ...target,
      told,
      finished,
      acknowledged: this.#post(clickPayload(target, key, responseUrl), beganAt),
    };
  }

  async #post(payload: unknown, beganAt: number): Promise<{ status: number; afterMs: number }> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const signature = signSlackRequest(this.#signingSecret, body, Math.floor(Date.now() / 1_000));
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...signature },
      body,
    });
    await response.arrayBuffer();
    return { status: response.status, afterMs: performance.now() - beganAt };
  }
}

/** What Slack sends when somebody clicks *Approve* on an ask. */
function clickPayload(
  { userId, executionId, stepIndex }: ClickTarget,
  key: string,
  responseUrl: string,
): unknown {
  const stepExecutionId = deriveId('step', executionId, stepIndex);
  const ts = `1700000000.${String(stepIndex).padStart(6, '0')}`;
  return {
    type: 'block_actions',
    user: { id: userId, username: userId.toLowerCase(), team_id: TEAM.id },
    api_app_id: APP_ID,
    team: { id: TEAM.id, domain: TEAM.domain },
    enterprise: null,
    is_enterprise_install: false,
    container: { type: 'message', message_ts: ts, channel_id: crowdChannel, is_ephemeral: false },
    trigger_id: key,
    channel: { id: crowdChannel, name: 'crowd' },
    message: { type: 'message', ts, text: 'Decide?', blocks: [] },
    state: { values: {} },
    response_url: responseUrl,
    actions: [
      {
        type: 'button',
        action_id: decideActionId(0),
        block_id: 'decide',
        action_ts: ts,
        text: { type: 'plain_text', text: 'Approve' },
        value: encodeDecision({ executionId, stepExecutionId, outcome: 'approved' }),
      },
    ],
  };
}

async function startTasks(
  fixture: EngineFixture,
  steps: StepInput[],
  count: number,
): Promise<ExecutionState[]> {
  const workflow = await fixture.createWorkflow(steps);
  const tasks: ExecutionState[] = [];
  for (let index = 0; index < count; index += 1) {
    const task = await fixture.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U01ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: null,
    });
    tasks.push(task);
  }
  await fixture.engine.idle();
  return tasks;
}

function seedWith(people: readonly string[]): typeof DEFAULT_SEED {
  const users = people.map((id) => ({
    id,
    name: id.toLowerCase(),
    realName: id,
    email: `${id}@example.com`,
  }));
  const crowd = { id: crowdChannel, name: 'crowd', members: [...people, 'U0BOT'] };
  return {
    ...DEFAULT_SEED,
    users: [...DEFAULT_SEED.users, ...users],
    channels: [...DEFAULT_SEED.channels, crowd],
  };
}

function listen({ app: { router } }: BotParts): Promise<Server> {
  if (router === null) throw new Error('the bot is not in HTTP mode');
  return new Promise((resolve) => {
    const server = express()
      .use(router)
      .listen(0, '127.0.0.1', () => resolve(server));
  });
}
