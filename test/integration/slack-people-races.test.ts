import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { human, userMessage } from '../support/builders.ts';
import {
  decideButtons,
  type Name,
  people,
  type PeopleStage,
  startPeopleStage,
  words,
} from '../support/people-stage.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const { bo, chi, dee } = people;
const hourMs = 3_600_000;
/** By how many milliseconds the second one is sent first; `first` and `second`: when the other one is through. */
const rounds = ['first', 0, 4, 8, 16, 24, 'second'] as const;
type Round = (typeof rounds)[number];

describe.skipIf(isMongoMissing())('people who are at it at the same moment', () => {
  let database: TestDatabase;
  let stage: PeopleStage;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await startPeopleStage(database.uri);
  });
  afterAll(async () => {
    await stage.close();
    await database.drop();
  });
  afterEach(async () => {
    expect(stage.bot.slack.violations()).toEqual([]);
    await stage.pass(120_000);
  });

  function press(who: Name, button: string): () => Promise<unknown> {
    const seen = stage.ask(who);
    const user = people[who];
    return () => stage.bot.slack.clickButton({ user, channel: user, ts: seen.ts, buttonText: button, seen });
  }

  /** Both at once, or nearly: what one wins in one round, the other wins in another. */
  async function race(
    round: Round,
    first: () => Promise<unknown>,
    second: () => Promise<unknown>,
  ): Promise<void> {
    if (round === 'first') {
      await first();
      await second();
    } else if (round === 'second') {
      await second();
      await first();
    } else {
      const sent = second();
      await sleep(round);
      await Promise.all([sent, first()]);
    }
    await stage.settle();
  }

  function toldSince(who: Name, before: number): string {
    return stage.bot.slack.ephemerals(people[who]).slice(before).map(words).join('\n');
  }

  function countTold(who: Name): number {
    return stage.bot.slack.ephemerals(people[who]).length;
  }

  it.each(rounds)('two last votes: one decides, the other is told who did (%s)', async (round) => {
    await stage.start([human('last', { assignees: [bo, chi, dee], policy: { required: 2 } })]);
    await stage.click('dee', 'Approve');
    const before = { bo: countTold('bo'), chi: countTold('chi') };
    await race(round, press('bo', 'Approve'), press('chi', 'Approve'));
    const task = await stage.task();
    expect(task).toMatchObject({ status: 'COMPLETED' });
    const voters = (task.stack[0]?.votes ?? []).flatMap(({ actor }) =>
      actor.kind === 'person' ? [actor.userId] : [],
    );
    expect(voters).toHaveLength(2);
    const loser = voters.includes(bo) ? 'chi' : 'bo';
    const winner = loser === 'bo' ? chi : bo;
    await expect.poll(() => toldSince(loser, before[loser])).toContain(`Already approved by <@${winner}>`);
    expect(
      decideButtons(
        stage.bot.slack.messages(people[loser]).findLast((one) => words(one).includes('Decide last?')),
      ),
    ).toBe(0);
  });

  it.each(rounds)(
    'a vote and the deadline: the step ends once, and who is too late hears it (%s)',
    async (round) => {
      await stage.start([
        human('due', {
          assignees: [bo],
          deadline: { after: '2h', then: 'rejected' },
          handoffs: [
            { condition: 'approved', to: 'complete' },
            { condition: 'rejected', to: 'complete' },
          ],
        }),
      ]);
      const vote = press('bo', 'Approve');
      const before = countTold('bo');
      stage.bot.clock.advance(2 * hourMs + 1_000);
      await race(round, vote, () => stage.bot.fixture.engine.sweep({ maxMs: 2_000 }));
      const [step] = (await stage.task()).stack;
      expect(step?.status).toBe('COMPLETED');
      const decisions = await stage.log('WORKFLOW_STEP_EXECUTION_COMPLETED');
      expect(decisions).toHaveLength(1);
      if (step?.outcome === 'approved') expect(step.votes).toHaveLength(1);
      else await expect.poll(() => toldSince('bo', before)).toContain('Nobody decided in time');
    },
  );

  it.each(rounds)('a vote and a reassignment: whoever is second hears what was first (%s)', async (round) => {
    const { id } = await stage.start([
      human('move', { assignees: [bo] }),
      userMessage('next', { assignee: dee }),
    ]);
    const before = { bo: countTold('bo'), ana: countTold('ana') };
    const reassign = (): Promise<unknown> =>
      stage.bot.slack.sendCommand({
        user: people.ana,
        channel: '#general',
        text: `reassign ${id} to=<@${chi}>`,
      });
    await race(round, press('bo', 'Approve'), reassign);
    const task = await stage.task();
    const first = task.stack[0];
    if (first?.status === 'COMPLETED') {
      expect(first).toMatchObject({ outcome: 'approved', actor: { userId: bo } });
      // The command may have found the next step instead, whose recipient is then asked no more.
      await expect.poll(() => toldSince('ana', before.ana)).not.toBe('');
    } else {
      expect(first?.votes).toEqual([]);
      expect(first?.assignees).toEqual([chi]);
      await expect.poll(() => toldSince('bo', before.bo)).toContain('was reassigned');
      expect(toldSince('bo', before.bo)).toContain(`<@${chi}>`);
    }
  });

  it.each(rounds)(
    'a vote and a form that reassigns the same step: the form is refused when it is late (%s)',
    async (round) => {
      await stage.start([human('form', { assignees: [bo] }), userMessage('after', { assignee: dee })]);
      const { id } = await stage.task();
      await stage.command('ana', `reassign ${id}`);
      const vote = press('bo', 'Approve');
      const modal = stage.bot.slack.modals(people.ana).at(-1);
      let view: unknown;
      const submit = async (): Promise<void> => {
        const picked = JSON.stringify(modal).includes('reassign_picked');
        const values = picked ? { reassign_picked: [chi] } : { reassign_typed: `<@${chi}>` };
        view = (await stage.bot.slack.submitView({ user: people.ana, values })).view;
      };
      const before = countTold('bo');
      await race(round, vote, submit);
      const [first] = (await stage.task()).stack;
      if (first?.status === 'COMPLETED') expect(JSON.stringify(view)).toContain('Already approved by');
      else await expect.poll(() => toldSince('bo', before)).toContain('was reassigned');
    },
  );

  it.each(rounds)(
    'a vote and a cancellation: one of them counts, and the other is told (%s)',
    async (round) => {
      const { id } = await stage.start([human('stop', { assignees: [bo] })]);
      const before = { bo: countTold('bo'), ana: countTold('ana') };
      const cancel = (): Promise<unknown> =>
        stage.bot.slack.sendCommand({
          user: people.ana,
          channel: '#general',
          text: `cancel ${id} reason=Duplicate`,
        });
      await race(round, press('bo', 'Approve'), cancel);
      const task = await stage.task();
      expect(['COMPLETED', 'CANCELLED']).toContain(task.status);
      if (task.status === 'CANCELLED') {
        expect(votesOf(task)).toBe(0);
        await expect.poll(() => toldSince('bo', before.bo)).toContain('cancelled');
      } else {
        await expect.poll(() => toldSince('ana', before.ana)).toMatch(/already complete/i);
      }
      const ask = stage.bot.slack.messages(bo).findLast((one) => words(one).includes('Decide stop?'));
      expect(decideButtons(ask)).toBe(0);
    },
  );

  it.each(rounds)('a person who clicks two outcomes at once has one vote (%s)', async (round) => {
    await stage.start([
      human('twice', {
        assignees: [bo, chi],
        policy: { required: 2, rejectionsRequired: 2 },
        outcomes: [
          { name: 'approved', label: 'Yes' },
          { name: 'rejected', label: 'No' },
        ],
      }),
    ]);
    await race(round, press('bo', 'Yes'), press('bo', 'No'));
    expect((await stage.step()).votes).toHaveLength(1);
  });
});

function votesOf({ stack }: ExecutionState): number {
  return stack[0]?.votes.length ?? 0;
}
