import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../src/engine/work-queue.ts';

/** A queue whose work ends when the test says so. */
function stagedQueue(maxParallel: number): {
  queue: WorkQueue;
  begun: string[];
  end: (key: string) => Promise<void>;
} {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = new WorkQueue(
    maxParallel,
    async (key) => {
      begun.push(key);
      await new Promise<void>((resolve) => ends.set(key, resolve));
    },
    (key) => key.split('-')[0] ?? '',
  );
  const end = async (key: string): Promise<void> => {
    ends.get(key)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, begun, end };
}

describe('the queue of the relay', () => {
  it('begins what a small group adds before the rest of what a large one has added', async () => {
    const { queue, begun, end } = stagedQueue(2);
    for (let index = 0; index < 100; index += 1) queue.add(`large-${index}`);
    queue.add('small-0');
    queue.add('small-1');
    expect(begun).toEqual(['large-0', 'large-1']);
    await end('large-0');
    await end('large-1');
    await end('large-2');
    await end('small-0');
    expect(begun.slice(2)).toEqual(['large-2', 'small-0', 'large-3', 'small-1']);
  });

  it('works once more on a key that is added while it is worked on, and never twice at once', async () => {
    const { queue, begun, end } = stagedQueue(4);
    queue.add('a-1');
    queue.add('a-1');
    queue.add('a-1');
    expect(begun).toEqual(['a-1']);
    expect(queue.isWaiting('a-1')).toBe(true);
    await end('a-1');
    expect(begun).toEqual(['a-1', 'a-1']);
    expect(queue.isEmpty()).toBe(false);
    await end('a-1');
    expect(queue.isEmpty()).toBe(true);
  });

  it('tells whoever waits for it when that is so', async () => {
    const { queue, end } = stagedQueue(1);
    queue.add('a-1');
    queue.add('a-2');
    let isMet = false;
    const waiting = queue.when(() => !queue.isWaiting('a-2')).then(() => (isMet = true));
    await Promise.resolve();
    expect(isMet).toBe(false);
    await end('a-1');
    await waiting;
    await end('a-2');
    await queue.whenIdle();
    expect(queue.has('a-1')).toBe(false);
  });
});
