import { setTimeout as sleep } from 'node:timers/promises';
import { MongoExecutionStore } from '../../../models/mongo-execution-store.ts';
import { nativeCollection } from '../../../models/database.ts';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import { human, userMessage, wait } from '../builders.ts';
import { idOf } from '../slack-bot.ts';
import type { FakeMessage } from '../slack/fake-workspace.ts';
import type { FaultStage, FaultStageOptions } from './fault-stage.ts';

const ana = idOf('ana');
const bo = idOf('bo');

const decision = human('manager_ok', {
  inputsTemplate: { message: 'Approve refund to {{inputs.customer}}?' },
  assignees: [bo],
});
const payment = userMessage('pay', { assignee: ana, inputsTemplate: { message: 'Pay {{inputs.customer}}' } });
const inputsSchema: FaultStageOptions['workflow']['inputsSchema'] = {
  type: 'object',
  properties: { customer: { type: 'string' } },
  required: ['customer'],
};

/** A decision, and a message to be marked done: with the start, three transitions. */
export const refundWorkflow: FaultStageOptions['workflow'] = {
  name: 'Refund',
  inputsSchema,
  steps: [decision, payment],
};

/** The same with a timer between the two: the third of four transitions is made by a sweep. */
export const refundWithTimer: FaultStageOptions['workflow'] = {
  name: 'Refund',
  inputsSchema,
  steps: [decision, wait('cool_down', { for: '1s' }), payment],
};

/** How often people had to do each thing until Slack told them that it had arrived. */
export interface Attempts {
  start: number;
  approve: number;
  markDone: number;
}

const PATIENCE_MS = 40_000;
const LOOK_MS = 25;

/**
 * Ana starts a refund with a form, Bo approves it with a click, Ana marks the payment as done. What Slack
 * says has not arrived they do again, as people do, with what they see on their screens.
 *
 * @param haste they act as soon as they see a button; else when the bot has come to rest
 */
export async function runRefundTask(stage: FaultStage, haste: boolean): Promise<Attempts> {
  const { slack } = stage;
  const rest = (): Promise<unknown> => (haste ? Promise.resolve() : whenAtRest(stage));
  await untilArrived(stage, () =>
    slack.sendCommand({ user: ana, channel: '#general', text: 'start refund' }),
  );
  const form = await untilSeen('the form', () => slack.modals(ana).at(-1));
  const submission = { user: ana, viewId: form.id, values: { customer: 'Acme' } };
  const start = await untilArrived(stage, () => slack.submitView(submission));
  const approve = await clickWhenSeen(stage, bo, 'Approve', rest);
  const markDone = await clickWhenSeen(stage, ana, 'Mark done', rest);
  return { start, approve, markDone };
}

/** @returns how often the button was clicked */
async function clickWhenSeen(
  stage: FaultStage,
  user: string,
  buttonText: string,
  rest: () => Promise<unknown>,
): Promise<number> {
  const { slack } = stage;
  const seen = await untilSeen(`"${buttonText}"`, () => findButton(slack.messages(user), buttonText));
  await rest();
  return untilArrived(stage, () => slack.clickButton({ user, channel: user, ts: seen.ts, buttonText, seen }));
}

function findButton(messages: readonly FakeMessage[], buttonText: string): FakeMessage | undefined {
  return messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes(`"text":"${buttonText}"`));
}

/** Resolves with the one task when nothing is left to do for it, now. @throws when that does not come about */
export async function whenAtRest({ database }: FaultStage): Promise<ExecutionRecord> {
  const executions = new MongoExecutionStore(database);
  const ids = nativeCollection<{ _id: string }>(database, 'executions');
  return untilSeen('rest', async () => {
    const [first] = await ids.find().project({ _id: 1 }).toArray();
    const record = first === undefined ? null : await executions.load(String(first['_id']));
    if (record === null) return undefined;
    const { outbox, lease } = record.delivery;
    const isBusy = !lease.released || outbox.events.length > 0 || outbox.effects.length > 0;
    return isBusy ? undefined : record;
  });
}

/** Sends it until Slack's answer is that it has arrived. @returns how often it was sent */
async function untilArrived({ bot }: FaultStage, send: () => Promise<{ status?: number }>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const status = await send().then(
      (delivery) => delivery.status,
      // What `fetch` throws when the connection was lost.
      (error: unknown) => (error instanceof TypeError ? null : Promise.reject(error)),
    );
    if (status === 200) return attempt;
    await bot.whenReady();
  }
}

async function untilSeen<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (signal.aborted) throw new Error(`${what} did not come: something waits for ever`);
    await sleep(LOOK_MS);
  }
}
