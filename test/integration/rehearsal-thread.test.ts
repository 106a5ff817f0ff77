import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Definition } from '../../src/domain/definition.ts';
import type { createRehearsalThread, RehearsalThread } from '../../src/composition/rehearsal-thread.ts';
import { createLogger } from '../../src/logger.ts';
import type { Timers } from '../../src/timers.ts';
import { definition, human, userMessage, wait } from '../support/builders.ts';
import { compileProgram } from '../support/e2e/compiled-program.ts';

/** Keeps the thread's time limit until the test says that it has passed. */
class HeldTimers implements Timers {
  readonly held: (() => void)[] = [];

  after(_delayMs: number, work: () => void): () => void {
    this.held.push(work);
    return () => void this.held.splice(this.held.indexOf(work), 1);
  }
}

describe('the thread of the rehearsals', () => {
  let create: typeof createRehearsalThread;
  let thread: RehearsalThread;
  let timers: HeldTimers;

  beforeAll(async () => {
    const file = join(dirname(await compileProgram()), 'composition/rehearsal-thread.js');
    const program = (await import(pathToFileURL(file).href)) as { createRehearsalThread: typeof create };
    create = program.createRehearsalThread;
    timers = new HeldTimers();
    thread = create({ logger: createLogger('fatal'), timers });
  }, 120_000);
  afterAll(() => thread.stop());

  const request = { definition: definition([human('a'), userMessage('b')]), inputs: {} };

  it('computes what is asked for, many at once, each its own', async () => {
    const [explored, played, scenarios] = await Promise.all([
      thread.run({ kind: 'explore', request }),
      thread.run({ kind: 'play', request: { ...request, moves: [] } }),
      thread.run({ kind: 'scenarios', definition: request.definition, scenarios: [] }),
    ]);
    expect(explored.handoffs).toMatchObject({ covered: 3, total: 3 });
    expect(played.execution.status).toBe('RUNNING');
    expect(played.execution.createdAt).toBeInstanceOf(Date);
    expect(scenarios).toEqual([]);
  });

  it('says what is wrong with inputs', async () => {
    const strict: Definition = { ...request.definition, inputsSchema: { type: 'object', required: ['x'] } };
    const playing = thread.run({ kind: 'play', request: { definition: strict, inputs: {}, moves: [] } });
    await expect(playing).rejects.toMatchObject({ code: 'move-refused', status: 422 });
  });

  it('leaves the process its turn while a hostile workflow keeps it busy, is cut off, and goes on with the next', async () => {
    // One transition that goes round fifty steps a thousand times each.
    const steps = Array.from({ length: 50 }, (_none, index) =>
      wait(`w${index}`, {
        until: '2020-01-01',
        maxVisits: 1_000,
        handoffs: [{ condition: 'default', to: `w${(index + 1) % 50}` }],
      }),
    );
    const hostile = thread.run({ kind: 'explore', request: { definition: definition(steps), inputs: {} } });
    const next = thread.run({ kind: 'play', request: { ...request, moves: [] } });
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(turning);
    expect(turns).toBeGreaterThan(3);
    timers.held[0]?.();
    await expect(hostile).rejects.toMatchObject({ code: 'rehearsal-too-costly' });
    expect((await next).execution.status).toBe('RUNNING');
  });

  it('tells whoever comes when too many wait to come back', async () => {
    const asked = Array.from({ length: 40 }, () => thread.run({ kind: 'explore', request }));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(40);
    expect(refused[0]).toMatchObject({ reason: { status: 503, retryAfterMs: 5_000 } });
  });

  it('lets another org in at once, however many one asks for', async () => {
    const answered: string[] = [];
    const ask = (orgId: string): Promise<void> => {
      const asked = { definition: { ...request.definition, orgId }, inputs: {} };
      return thread.run({ kind: 'explore', request: asked }).then(() => void answered.push(orgId));
    };
    const answers = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => ask('busy')),
      ask('other'),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBe(4);
    expect(answered).toEqual(['busy', 'other', 'busy', 'busy']);
  });

  it('answers what was asked for when it is stopped', async () => {
    const other = create({ logger: createLogger('fatal'), timers: new HeldTimers() });
    const asked = other.run({ kind: 'explore', request });
    const refused = expect(asked).rejects.toMatchObject({ status: 503 });
    await other.stop();
    await refused;
  });
});
