import { describe, expect, it } from 'vitest';
import { human, startTime, userMessage, wait } from '../support/builders.ts';
import { Story } from '../support/simulation/story.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** All processes end without a word, and another one starts. */
function restart({ world }: Story): void {
  for (const process of world.living()) process.gate.kill();
  world.begin();
}

async function started(story: Story): Promise<Story> {
  story.start(story.first);
  await story.quiet();
  await story.later(1_000);
  return story;
}

describe('a long wait', () => {
  it('of 52 weeks ends at its time and not before, whatever became of the processes', async () => {
    const story = await started(new Story([wait('pause', { for: '52w' }), userMessage('after')]));
    const waitedMs = story.world.time.now().getTime() - startTime.getTime();
    for (let week = 0; week < 51; week += 1) {
      restart(story);
      await story.later(7 * dayMs);
    }
    await story.later(7 * dayMs - waitedMs - 1);
    expect(story.task().state.stack.map(({ stepName }) => stepName)).toEqual(['pause']);
    await story.later(1);
    expect(story.task().state.stack.map(({ stepName }) => stepName)).toEqual(['pause', 'after']);
    expect(await story.end()).toEqual([]);
  });

  it('that is longer than a task lives ends with the task', async () => {
    const story = await started(new Story([wait('pause', { for: '366d' }), userMessage('after')]));
    await story.later(365 * dayMs);
    expect(story.task().state).toMatchObject({ status: 'EXPIRED', pointer: null });
    await story.later(2 * dayMs);
    expect(await story.events()).toEqual(['STARTED', 'SCHEDULED', 'STARTED', 'CANCELLED', 'EXPIRED']);
    expect(await story.end()).toEqual([]);
  });

  it('of a task that began on 29 February ends on 1 March of the next year', async () => {
    const startsAt = new Date('2028-02-29T12:00:00.000Z');
    const story = await started(new Story([human('ok')], { startsAt }));
    await story.later(new Date('2029-03-01T11:59:59.999Z').getTime() - story.world.time.now().getTime());
    expect(story.task().state.status).toBe('RUNNING');
    await story.later(1);
    expect(story.task().state.status).toBe('EXPIRED');
    expect(await story.end()).toEqual([]);
  });

  it('passes 29 February as any other day', async () => {
    const startsAt = new Date('2028-02-28T12:00:00.000Z');
    const story = await started(
      new Story([wait('pause', { for: '2d' }), userMessage('after')], { startsAt }),
    );
    await story.later(new Date('2028-03-01T11:59:59.999Z').getTime() - story.world.time.now().getTime());
    expect(story.task().state.stack).toHaveLength(1);
    await story.later(1);
    expect(story.task().state.stack).toHaveLength(2);
    expect(await story.end()).toEqual([]);
  });

  it('is over at the first sweep after nothing had run for two years', async () => {
    const story = await started(new Story([human('ok', { reminder: { every: '1d' } })]));
    for (const process of story.world.living()) process.gate.kill();
    story.world.time.advance(2 * 365 * dayMs);
    story.world.begin();
    await story.later(0);
    expect(story.task().state.status).toBe('EXPIRED');
    expect(await story.end()).toEqual([]);
  });
});

describe.each([
  ['ahead', hourMs],
  ['behind', -hourMs],
])('a process whose clock is an hour %s', (_which, skewMs) => {
  it('reminds as often as was asked for, by its clock at the right time, beside one whose clock is right', async () => {
    const story = new Story([human('ok', { reminder: { every: '4h', max: 3 } })]);
    story.second.skewMs = skewMs;
    await started(story);
    const remindedAtMs: number[] = [];
    for (let minute = 0; minute < 16 * 60; minute += 10) {
      const before = story.task().state.stack[0]?.remindersSent ?? 0;
      await story.later(10 * minuteMs);
      const after = story.task().state.stack[0]?.remindersSent ?? 0;
      if (after > before) remindedAtMs.push(story.world.time.now().getTime() - startTime.getTime());
    }
    expect(remindedAtMs).toHaveLength(3);
    for (const [index, atMs] of remindedAtMs.entries()) {
      expect(Math.abs(atMs - (index + 1) * 4 * hourMs)).toBeLessThanOrEqual(
        (index + 1) * (hourMs + 10 * minuteMs),
      );
    }
    expect(await story.end()).toEqual([]);
  });

  it('takes and gives decisions like any other', async () => {
    const story = new Story([human('ok', { assignees: ['U0BO', 'U0CHI'] }), human('again')]);
    story.second.skewMs = skewMs;
    await started(story);
    const rivals = [story.decide(story.second, 'bo'), story.decide(story.first, 'chi', 'rejected')];
    await story.quiet();
    expect(rivals.map(({ answer }) => answer.kind).toSorted()).toEqual(['accepted', 'refused']);
    expect(await story.end()).toEqual([]);
  });
});
