import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InOrder } from '../../src/slack/triggers/in-order.ts';

describe('what has the same key', () => {
  it('is done one after the other, also when one fails, and does not hold up what has another', async () => {
    const inOrder = new InOrder();
    const done: string[] = [];
    const work = (name: string, delayMs: number) => async (): Promise<void> => {
      await sleep(delayMs);
      done.push(name);
      if (name === 'a1') throw new Error('broken');
    };
    const results = await Promise.allSettled([
      inOrder.run('a', work('a1', 30)),
      inOrder.run('a', work('a2', 10)),
      inOrder.run('b', work('b1', 1)),
      inOrder.run('a', work('a3', 0)),
    ]);
    expect(done).toEqual(['b1', 'a1', 'a2', 'a3']);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});
