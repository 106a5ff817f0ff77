import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState, StepExecution } from '../../src/domain/execution.ts';
import type { ExecutionEvent } from '../../src/domain/event.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { testOrgId } from './builders.ts';
import { type SlackBot, startSlackBot } from './slack-bot.ts';
import { DEFAULT_SEED, type FakeMessage, type FakeUser } from './slack/fake-workspace.ts';

export const people = {
  ana: 'U01ANA',
  bo: 'U01BO',
  chi: 'U01CHI',
  dee: 'U01DEE',
  eve: 'U01EVE',
  gone: 'U01GONE',
};
export type Name = keyof typeof people;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const general = 'C01GEN';

/** A workspace of five people, one who has left, and the groups @finance (bo, chi, dee) and @nobody. */
export interface PeopleStage {
  bot: SlackBot;
  /** Starts a task of a new workflow with these steps in #general. @param by default: ana */
  start(
    steps: StepInput[],
    options?: { by?: Name; inputs?: JsonObject; inputsSchema?: JsonSchema },
  ): Promise<ExecutionState>;
  /** The newest task. */
  task(): Promise<ExecutionState>;
  /** The visit that the newest task is at. */
  step(): Promise<StepExecution>;
  log(type: string): Promise<ExecutionEvent[]>;
  /** The newest message in a conversation that has buttons to decide with, or had. */
  ask(channel: string): FakeMessage;
  click(who: Name, button: string, where?: string): Promise<void>;
  command(who: Name, text: string): Promise<void>;
  /** What the person was told last, and nobody else saw. */
  told(who: Name): string;
  /** All that is shown in a conversation now. */
  shown(channel: string): string;
  /** Moves the clock, and does what has become due. */
  pass(byMs: number): Promise<void>;
  /** Moves the clock to the next time at which it is this hour on this weekday, in UTC. @param weekday 1 Monday to 7 Sunday */
  passTo(weekday: number, hour: number): Promise<void>;
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function startPeopleStage(uri: string): Promise<PeopleStage> {
  const users: FakeUser[] = [
    ...DEFAULT_SEED.users.map((user) => ({ ...user, tz: 'Etc/UTC' })),
    { id: people.dee, name: 'dee', realName: 'Dee Novak', email: 'dee@example.com', tz: 'Etc/UTC' },
    { id: people.eve, name: 'eve', realName: 'Eve Lind', email: 'eve@example.com', tz: 'Etc/UTC' },
    { id: people.gone, name: 'gone', realName: 'Gus Gone', email: 'gone@example.com', isDeleted: true },
  ];
  const channels = DEFAULT_SEED.channels.map((channel) => ({
    ...channel,
    members: [...channel.members, people.dee, people.eve],
  }));
  const usergroups = [
    { id: 'S0FINANCE', handle: 'finance', name: 'Finance', users: [people.bo, people.chi, people.dee] },
    { id: 'S0NOBODY1', handle: 'nobody', name: 'Nobody', users: [] },
    { id: 'S0JUSTANA', handle: 'justana', name: 'Just Ana', users: [people.ana] },
  ];
  const bot = await startSlackBot(uri, { seed: { users, channels, usergroups } });
  return createStage(bot);
}

function createStage(bot: SlackBot): PeopleStage {
  let started = 0;

  async function settle(): Promise<void> {
    await bot.fixture.engine.idle();
    // What is due now, such as an effect that waits for the card, is done as well.
    await bot.fixture.engine.sweep({ maxMs: 2_000 });
    await bot.fixture.engine.idle();
  }

  function ask(channel: string): FakeMessage {
    const found = bot.slack
      .messages(people[channel as Name] ?? channel)
      .findLast(
        ({ blocks }) =>
          JSON.stringify(blocks ?? []).includes('task.decide:') ||
          JSON.stringify(blocks ?? []).includes('task.mark_done'),
      );
    if (found === undefined) throw new Error(`nothing is asked in ${channel}`);
    return found;
  }

  const stage: PeopleStage = {
    bot,
    async start(steps, { by = 'ana', inputs = {}, inputsSchema } = {}) {
      started += 1;
      const workflow = await bot.addWorkflow(`Stage ${started}`, steps, inputsSchema);
      await bot.fixture.engine.start({
        orgId: testOrgId,
        workflowId: workflow.id,
        inputs,
        startedBy: { kind: 'person', userId: people[by], name: by },
        origin: { kind: 'slack', channelId: general, threadTs: null },
        startKey: null,
      });
      await settle();
      return bot.settle();
    },
    task: () => bot.settle(),
    async step() {
      const current = (await bot.settle()).stack.at(-1);
      if (current === undefined) throw new Error('the task has no step');
      return current;
    },
    async log(type) {
      const { id } = await bot.settle();
      const events = await bot.fixture.engine.readLog(testOrgId, id);
      return events.filter((event) => event.type === type);
    },
    ask,
    async click(who, button, where) {
      const message = ask(where ?? who);
      const channel = where ?? people[who];
      await bot.slack.clickButton({ user: people[who], channel, ts: message.ts, buttonText: button });
      await settle();
    },
    async command(who, text) {
      await bot.slack.sendCommand({ user: people[who], channel: '#general', text });
      await settle();
    },
    told: (who) => words(bot.slack.ephemerals(people[who]).at(-1)),
    shown: (channel) =>
      bot.slack
        .messages(people[channel as Name] ?? channel)
        .map(words)
        .join('\n'),
    async pass(byMs) {
      bot.clock.advance(byMs);
      await settle();
    },
    async passTo(weekday, hour) {
      const now = bot.clock.now();
      const today = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
      let target = today.getTime() + ((weekday - (now.getUTCDay() || 7) + 7) % 7) * dayMs + hour * hourMs;
      if (target <= now.getTime()) target += 7 * dayMs;
      await stage.pass(target - now.getTime());
    },
    settle,
    close: () => bot.close(),
  };
  return stage;
}

/** The texts of a message, as one line. */
export function words(message: FakeMessage | undefined): string {
  return JSON.stringify([message?.text ?? '', message?.blocks ?? []]);
}

/** How many buttons to decide with a message has. */
export function decideButtons(message: FakeMessage | undefined): number {
  return (JSON.stringify(message?.blocks ?? []).match(/"action_id":"task\.(?:decide:|mark_done)/g) ?? [])
    .length;
}
