import type mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { type ExecutionDocument, dueFilter, dueIndex, toDocument } from '../../models/execution.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
  started,
  testOrgId,
  userMessage,
} from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const writeCommands = ['insert', 'update', 'delete', 'findAndModify'];

describe.skipIf(isMongoMissing())('what the engine costs', () => {
  let testDatabase: TestDatabase;
  let bot: EngineFixture;
  let commands: mongoose.mongo.CommandStartedEvent[];

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    bot = await createEngineFixture(testDatabase.uri, {
      monitorCommands: true,
      relay: { lingerMs: 3_600_000 },
    });
    commands = [];
    bot.database.getClient().on('commandStarted', (event) => commands.push(event));
  });
  afterEach(async () => {
    await bot.close();
    await testDatabase.drop();
  });

  /** The engine's commands, without those of the relay, which come after the answer. */
  function names(): string[] {
    return commands
      .filter(({ commandName }) => [...writeCommands, 'find'].includes(commandName))
      .map(({ commandName }) => commandName);
  }

  async function startTask(): Promise<ExecutionState> {
    const workflow = await bot.createWorkflow([human('ok'), human('again')]);
    const execution = await bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: null,
    });
    await bot.engine.idle();
    return execution;
  }

  it('is exactly one acknowledged write for a transition, and no read when this process was there before', async () => {
    const execution = await startTask();
    let release = (): void => {};
    bot.performer.answer = () =>
      new Promise((resolve) => {
        release = () => resolve({ kind: 'done' });
      });
    commands.length = 0;
    await bot.engine.execute(testOrgId, execution.id, {
      type: 'decide',
      stepExecutionId: currentId(execution),
      outcome: 'approved',
      comment: null,
      output: null,
      by: person('bo'),
    });
    expect(names()).toEqual(['findAndModify']);
    expect(commands[0]?.command['writeConcern']).toMatchObject({ w: 'majority', j: true });
    bot.performer.answer = () => ({ kind: 'done' });
    release();
  });

  it('is less than a command each for transitions that come at the same time', async () => {
    const tasks = [];
    for (let index = 0; index < 32; index += 1) tasks.push(await startTask());
    commands.length = 0;
    const decided = await Promise.all(
      tasks.map((task) =>
        bot.engine.execute(testOrgId, task.id, {
          type: 'decide',
          stepExecutionId: currentId(task),
          outcome: 'approved',
          comment: null,
          output: null,
          by: person('bo'),
        }),
      ),
    );
    expect(decided.map(({ v }) => v)).toEqual(tasks.map(({ v }) => v + 1));
    const written = commands.filter(({ commandName }) =>
      ['findAndModify', 'bulkWrite'].includes(commandName),
    );
    expect(written.map(({ commandName }) => commandName)).toContain('bulkWrite');
    expect(written.length).toBeLessThan(8);
    for (const { command } of written)
      expect(command['writeConcern']).toMatchObject({ w: 'majority', j: true });
  });

  it('is one write for the start of a task', async () => {
    const workflow = await bot.createWorkflow([human('ok')]);
    bot.performer.answer = () => new Promise(() => {});
    commands.length = 0;
    await bot.engine.start({
      orgId: testOrgId,
      workflowId: workflow.id,
      inputs: {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'api' },
      startKey: 'once',
    });
    expect(names().filter((name) => writeCommands.includes(name))).toEqual(['insert']);
    bot = Object.assign(bot, { close: () => bot.database.close() });
  });

  it('is nothing for a wake that finds nothing due', async () => {
    const execution = await startTask();
    commands.length = 0;
    await bot.engine.execute(testOrgId, execution.id, { type: 'wake' });
    expect(names()).toEqual([]);
  });

  it('examines no key and no document in an idle sweep over 10,000 parked executions, half of them with timers', async () => {
    const parked = started(definition([human('ok'), userMessage('tell')])).execution;
    const documents = Array.from({ length: 10_000 }, (_, index): ExecutionDocument => {
      const id = index.toString(16).padStart(24, '0');
      const dueAt = index % 2 === 0 ? null : minutesAfterStart(60 + index);
      const lease = { holder: 'gone', until: minutesAfterStart(0), released: true };
      const outbox = { events: [], effects: [] };
      return toDocument({
        state: { ...parked, id },
        delivery: { messages: {}, outbox, dead: [], lease, dueAt, settleCount: 0, startKey: null },
      });
    });
    const collection = nativeCollection<ExecutionDocument>(bot.database, 'executions');
    await collection.insertMany(documents);
    const explained = await collection
      .find({ dueAt: { ...dueFilter, $lte: minutesAfterStart(30) } })
      .sort(dueIndex)
      .hint(dueIndex)
      .limit(1)
      .explain('executionStats');
    const { totalKeysExamined, totalDocsExamined } = explained['executionStats'];
    expect({ totalKeysExamined, totalDocsExamined }).toEqual({ totalKeysExamined: 0, totalDocsExamined: 0 });
    commands.length = 0;
    expect(await bot.engine.sweep({ maxMs: 1_000 })).toBe(0);
    expect(names()).toEqual(['findAndModify']);
  });
});
