import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../models/database.ts';
import { MongoProviderSlots } from '../../models/provider-slots.ts';
import { createWorkflowDraftStore, workflowDraftModel } from '../../models/workflow-draft.ts';
import { systemClock } from '../../src/clock.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { createDrafts } from '../../src/engine/drafts/create-drafts.ts';
import type { Drafts } from '../../src/engine/drafts/drafts.ts';
import { encodeTicket, type RunTicket } from '../../src/engine/runs/run-ticket.ts';
import { createModelClient } from '../../src/llm/create-model-client.ts';
import { runPrompt } from '../../src/llm/run-prompt.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';
import { testOrgId } from '../support/builders.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import { json, type ScriptedProvider, startScriptedProvider } from '../support/llm/scripted-provider.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const refused = {
  choices: [
    { index: 0, message: { role: 'assistant', content: '', refusal: 'I do not' }, finish_reason: 'stop' },
  ],
};

function runOf(name: string): RunTicket {
  return {
    orgId: testOrgId,
    executionId: deriveId('execution', name),
    stepExecutionId: deriveId('step', name),
  };
}

describe.skipIf(isMongoMissing())('a draft that shares the one place of a provider with runs', () => {
  let test: TestDatabase;
  let database: Database;
  let provider: ScriptedProvider;
  let slots: MongoProviderSlots;
  let drafts: Drafts;
  let count = 0;
  const announced: RunTicket[] = [];

  beforeAll(async () => {
    [test, provider] = await Promise.all([createTestDatabase(), startScriptedProvider()]);
    database = await connectDatabase(test.uri);
    const clock = systemClock;
    const providers = [aProvider({ baseUrl: provider.baseUrl })];
    const model = createModelClient({ providers, clock, timers: systemTimers });
    slots = new MongoProviderSlots(database, { clock, limitOf: () => 1 });
    drafts = createDrafts({
      store: createWorkflowDraftStore(database),
      providers,
      runs: { runPrompt: (request) => runPrompt({ model, clock }, request) },
      slots,
      resources: { read: () => Promise.resolve({ providers: [], agents: [], toolServers: [] }) },
      announce: (ticket) => {
        announced.push(ticket);
        return Promise.resolve();
      },
      note: () => Promise.resolve(),
      timers: systemTimers,
      clock,
      logger: createLogger('fatal'),
    });
  });
  afterEach(() => {
    announced.length = 0;
  });
  afterAll(async () => {
    await database.close();
    await Promise.all([provider.stop(), test.drop()]);
  });

  async function request(): Promise<string> {
    count += 1;
    const id = deriveId('draft', count);
    const requestedBy = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
    const text = 'Somebody asks, and a lead decides.';
    await drafts.request({ id, orgId: testOrgId, userId: 'U0ANA', requestedBy, channelId: null, text });
    return id;
  }

  function work(): Promise<boolean> {
    return drafts.work(() => Promise.resolve(), new AbortController().signal);
  }

  function acquire(name: string): ReturnType<MongoProviderSlots['acquire']> {
    return slots.acquire({ provider: 'default', orgId: testOrgId, ticket: encodeTicket(runOf(name)) });
  }

  it('tells the run that comes after it, so that the place does not stay empty', async () => {
    provider.answer((response, asked) => {
      void acquire('next').then(({ kind }) => json(kind === 'queued' ? 200 : 500, refused)(response, asked));
    });
    await request();
    await work();
    expect(announced).toEqual([runOf('next')]);
    expect((await acquire('next')).kind).toBe('slot');
  });

  it('looks for its place before the place is given to another one, however many came before it', async () => {
    const before = ['next', 'one', 'two', 'three', 'four', 'five'];
    for (const name of before) await acquire(name);
    const id = await request();
    const askedAt = Date.now();
    await work();
    const draft = await workflowDraftModel(database).findById(id).lean();
    expect(draft).toMatchObject({ outcomeText: '{"kind":"waiting"}', attempts: 0 });
    // A place is kept for 60 s.
    const againAtMs = (draft as { dueAt?: Date } | null)?.dueAt?.getTime() ?? Infinity;
    expect(againAtMs - askedAt).toBeLessThan(30_000);
  });
});
