import { describe, expect, it } from 'vitest';
import { human, programKey, userMessage } from '../support/builders.ts';
import { leaseMs } from '../support/simulation/simulated-process.ts';
import { withoutCount } from '../support/simulation/planted-faults.ts';
import { Story } from '../support/simulation/story.ts';
import type { Plant } from '../support/simulation/world.ts';

/** The simulation found each of these, in an engine that did otherwise. */
describe('a message that was sent', () => {
  it('is not sent again because of a click between the end of a lease and the next sweep', async () => {
    const story = new Story([human('ok'), userMessage('tell')]);
    story.start(story.first);
    await story.until(() => story.isSent('card'));
    story.first.gate.kill();
    story.world.time.advance(leaseMs + 1);
    const click = story.decide(story.second, 'bo');
    await story.quiet();
    expect(click.answer.kind).toBe('accepted');
    expect(await story.end()).toEqual([]);
    expect(story.sentTwice()).toEqual([]);
  });

  it('is not sent again by a process that could not record it and then is clicked on', async () => {
    const story = new Story([human('ok'), userMessage('tell')]);
    story.start(story.first);
    await story.until(() => story.isSent('card'));
    story.first.databaseFaults.push('before', 'before', 'before', 'before', 'before');
    for (let retries = 0; retries < 5; retries += 1) {
      await story.quiet();
      story.world.time.advance(1_000);
    }
    await story.quiet();
    const click = story.decide(story.first, 'bo');
    await story.quiet();
    expect(click.answer.kind).toBe('accepted');
    expect(await story.end()).toEqual([]);
    expect(story.sentTwice()).toEqual([]);
  });

  it('is looked for by who takes over, even when somebody clicks meanwhile who may not', async () => {
    const story = new Story([human('ok'), human('again')]);
    story.start(story.first);
    await story.quiet();
    story.decide(story.first, 'bo');
    await story.until(() => story.isSent('ask-1-0'));
    story.first.gate.kill();
    story.world.time.advance(leaseMs);
    story.turns.heldBack = 'P1 update-asks updated';
    story.world.sweep(story.second);
    await story.quiet();
    const click = story.decide(story.second, 'fay');
    await story.quiet();
    story.turns.heldBack = null;
    expect(click.answer.kind).toBe('refused');
    expect(await story.end()).toEqual([]);
    expect(story.sentTwice()).toEqual([]);
  });

  it('is not sent by a process whose queue is longer than its lease, once another has sent it', async () => {
    const story = new Story([human('ok')], { maxParallel: 1 });
    story.turns.heldBack = 'P0 task-card post';
    story.start(story.first);
    story.start(story.first);
    await story.quiet();
    story.world.time.advance(leaseMs + 1);
    story.world.sweep(story.second);
    await story.quiet();
    story.turns.heldBack = null;
    expect(await story.end()).toEqual([]);
    // The first was being sent when it was taken over: the one window in which that can happen.
    expect(story.sentTwice()).toEqual([`${story.task(0).state.id}:card`]);
  });
});

describe('a process that does the effects of a task', () => {
  it('goes on and gives the lease back when somebody clicks who may not', async () => {
    const story = new Story([human('ok')]);
    story.start(story.first);
    await story.quiet();
    const click = story.decide(story.first, 'fay');
    await story.quiet();
    story.world.time.advance(1_000);
    await story.quiet();
    expect(click.answer.kind).toBe('refused');
    const outbox = { events: [], effects: [] };
    expect(story.task().delivery).toMatchObject({ outbox, lease: { released: true } });
    expect(story.first.counters.leasesTakenOver + story.second.counters.leasesTakenOver).toBe(0);
  });

  it('gives up an effect once, even when the answer of the database is lost', async () => {
    const story = new Story([human('ok')]);
    story.world.slack.faults.push('dead');
    story.start(story.first);
    await story.until(() => story.world.slack.performances.length === 1);
    story.first.databaseFaults.push('after');
    await story.quiet();
    expect(story.first.databaseFaults).toEqual([]);
    expect(await story.end()).toEqual([]);
    expect(story.task().delivery.dead.map(({ effect }) => effect.kind)).toEqual(['task-card']);
  });

  it('takes no part any more in what another has taken over', async () => {
    const story = new Story([human('ok', { assignees: ['U0BO', 'U0CHI'] })]);
    story.turns.heldBack = 'P0 task-card posted';
    story.start(story.first);
    await story.quiet();
    story.world.time.advance(leaseMs + 1);
    story.world.sweep(story.second);
    await story.quiet();
    story.give(story.second, { type: 'cancel', reason: null, by: programKey });
    await story.quiet();
    story.turns.heldBack = null;
    expect(await story.end()).toEqual([]);
    const { effectsFenced } = story.first.counters;
    expect([effectsFenced, story.second.counters.leasesTakenOver]).toEqual([1, 1]);
    expect(story.task().state.status).toBe('CANCELLED');
  });
});

describe('a record of what was done that is written late', () => {
  /** Two people are asked; the database takes the record of the first message only when the second is sent. */
  async function play(plant: Plant): Promise<string[]> {
    const story = new Story([human('ok', { assignees: ['U0BO', 'U0CHI'] })], { plant });
    story.turns.heldBack = 'P0 late';
    story.start(story.first);
    await story.until(() => story.isSent('card'));
    story.first.databaseFaults.push('late');
    await story.quiet();
    story.world.time.advance(1_000);
    await story.quiet();
    expect(story.isSent('ask-0-1')).toBe(true);
    story.turns.heldBack = null;
    await story.quiet();
    return story.end();
  }

  it('puts nothing back that was done since', async () => {
    expect(await play({})).toEqual([]);
  });

  it('would put it back if settlements were not counted', async () => {
    expect((await play(withoutCount)).join()).toMatch(/came back into the outbox/);
  });
});
