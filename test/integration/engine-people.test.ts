import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { ExecutionCommand } from '../../src/engine/engine.ts';
import { currentId, human, person, testOrgId } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type MakeCommand, ana, approve, bo, chi, delegate, reassign } from '../support/step-commands.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const hourMs = 3_600_000;
const three = ['U0BO', 'U0CHI', 'U0DEE'];

describe.skipIf(isMongoMissing())('people who decide, on MongoDB', () => {
  let testDatabase: TestDatabase;
  let clock: ManualClock;
  let bot: EngineFixture;
  let other: EngineFixture;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    clock = new ManualClock();
    bot = await createEngineFixture(testDatabase.uri, { clock });
    other = await createEngineFixture(testDatabase.uri, { clock });
  });
  afterEach(async () => {
    await bot.close();
    await other.close();
    await testDatabase.drop();
  });

  async function start(step: StepInput): Promise<ExecutionState> {
    const workflow = await bot.createWorkflow([step]);
    return bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: null,
    });
  }

  const give = (
    fixture: EngineFixture,
    execution: ExecutionState,
    command: ExecutionCommand,
  ): Promise<ExecutionState> => fixture.engine.execute(testOrgId, execution.id, command);

  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await bot.engine.sweep({ maxMs: 10_000 });
    await bot.engine.idle();
  }

  const races: [string, MakeCommand, MakeCommand, string[]][] = [
    ['two last votes', approve(chi), approve(person('dee')), ['already-done']],
    [
      'a vote and a reassignment',
      approve(chi),
      reassign('U0EVE', ana, { from: 'U0CHI' }),
      ['not-entitled', 'already-done'],
    ],
    [
      'a vote and a delegation',
      approve(chi),
      delegate('U0CHI', 'U0EVE', chi),
      ['not-entitled', 'already-done'],
    ],
    [
      'a vote and a cancel',
      approve(chi),
      () => ({ type: 'cancel', reason: null, by: ana }),
      ['already-done', 'execution-ended'],
    ],
  ];

  it.each(races)(
    'lets one of %s win at the same moment, and tells the other what happened',
    async (_name, one, two, kinds) => {
      const execution = await start(human('ok', { assignees: three, policy: { required: 2 } }));
      const voted = await give(bot, execution, approve(bo)(execution));
      const results = await Promise.allSettled([
        give(bot, voted, one(voted)),
        give(other, voted, two(voted)),
      ]);
      const lost = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      expect(lost).toHaveLength(1);
      expect(lost[0]).toMatchObject({
        reason: { kind: expect.stringMatching(new RegExp(`^(${kinds.join('|')})$`)) as string },
      });
    },
  );

  it('lets a vote or the deadline win, and tells who came too late that nobody had decided in time', async () => {
    const deadline = { after: '2d', then: 'rejected' };
    const execution = await start(human('ok', { deadline }));
    clock.advance(48 * hourMs);
    const [vote] = await Promise.allSettled([
      give(bot, execution, approve(bo)(execution)),
      other.engine.sweep({ maxMs: 10_000 }),
    ]);
    const { state } = await bot.engine.read(testOrgId, execution.id);
    if (vote.status === 'fulfilled')
      expect(state.stack[0]).toMatchObject({ outcome: 'approved', actor: { userId: 'U0BO' } });
    else {
      expect(vote.reason).toMatchObject({ reason: { kind: 'already-done', actor: { kind: 'system' } } });
      expect(state.stack[0]?.outcome).toBe('rejected');
    }
  });

  it('asks the delegate when whoever asks finds that a person is away', async () => {
    bot.performer.answer = async (effect, { execution }) => {
      const asked =
        effect.kind === 'ask' ? execution.stack[effect.stepIndex]?.asks[effect.recipientIndex] : undefined;
      if (asked?.recipient === 'U0BO' && asked.closed === null)
        await give(bot, execution, delegate('U0BO', 'U0CHI')(execution));
      return { kind: 'done' };
    };
    const execution = await start(human('ok'));
    await bot.engine.idle();
    const { state } = await bot.engine.read(testOrgId, execution.id);
    expect(state.stack[0]?.asks.map(({ recipient, onBehalfOf }) => [recipient, onBehalfOf])).toEqual([
      ['U0BO', null],
      ['U0CHI', 'U0BO'],
    ]);
    expect(bot.performer.kinds().filter((kind) => kind === 'ask')).toHaveLength(2);
    expect((await give(bot, state, approve(chi)(state))).status).toBe('COMPLETED');
  });

  it('runs a refund that needs two of three, not the requester, reminded daily, escalated after two days', async () => {
    const execution = await start(
      human('refund', {
        assignees: ['U0ANA', ...three],
        policy: { required: 2, excludeStarter: true },
        reminder: { every: '1d' },
        deadline: { after: '2d', then: 'escalate', escalateTo: ['U0LEAD'] },
      }),
    );
    await expect(give(bot, execution, approve(ana)(execution))).rejects.toMatchObject({
      reason: { kind: 'excluded' },
    });
    await give(bot, execution, approve(bo)(execution));
    for (let hours = 0; hours < 49; hours += 1) await pass(hourMs);
    const escalated = (await bot.engine.read(testOrgId, execution.id)).state;
    expect(escalated.waitingFor).toEqual([...three, 'U0LEAD']);
    const done = await give(bot, escalated, approve(person('lead'))(escalated));
    expect(done.stack[0]).toMatchObject({
      outcome: 'approved',
      votes: [{ actor: { name: 'bo' } }, { actor: { name: 'lead' } }],
    });
    await bot.engine.idle();
    const log = await bot.engine.readLog(testOrgId, execution.id);
    expect(
      log.map(({ type, data }) => [
        type.replace('WORKFLOW_', '').replace('STEP_EXECUTION_', ''),
        data['about'] ?? data['to'] ?? null,
      ]),
    ).toEqual([
      ['EXECUTION_STARTED', null],
      ['SCHEDULED', null],
      ['STARTED', null],
      ['DECIDED', null],
      ['REMINDER', 'reminder'],
      ['REMINDER', 'deadline'],
      ['ESCALATED', ['U0LEAD']],
      ['DECIDED', null],
      ['COMPLETED', 'complete'],
      ['EXECUTION_COMPLETED', null],
    ]);
    const reminded = bot.performer.performed.filter(({ kind }) => kind === 'remind');
    expect(reminded).toHaveLength(4);
    expect(currentId(done)).toBe(currentId(execution));
  });
});
