import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../blocks/message.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { ConflictError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { answer } from '../../src/slack/listeners/answer.ts';
import { createCommandReply } from '../../src/slack/listeners/reply/command-reply.ts';
import type { Reply } from '../../src/slack/listeners/reply/reply.ts';

function recorder(): { reply: Reply; steps: string[]; logger: Logger; errors: string[] } {
  const steps: string[] = [];
  const errors: string[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (_fields, message) => void errors.push(message),
    child: () => logger,
  };
  const reply: Reply = {
    acknowledge: () => Promise.resolve(void steps.push('ack')),
    isAcknowledged: () => steps.includes('ack'),
    timesTold: () => steps.filter((step) => step.startsWith('tell')).length,
    tell: ({ text }: Message) => Promise.resolve(void steps.push(`tell: ${text}`)),
  };
  return { reply, steps, logger, errors };
}

describe('answering a person in Slack', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('acknowledges after the work', async () => {
    const { reply, steps, logger } = recorder();
    await answer(reply, logger, () => Promise.resolve(void steps.push('work')));
    expect(steps).toEqual(['work', 'ack']);
  });

  it('tells the person before Slack gives up when the work takes long', async () => {
    const { reply, steps, logger } = recorder();
    const answered = answer(reply, logger, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      steps.push('work');
    });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(steps).toEqual([expect.stringMatching(/^tell: .*not certain.* try again/)]);
    await vi.advanceTimersByTimeAsync(10_000);
    await answered;
    expect(steps.slice(1)).toEqual(['work', expect.stringContaining('done after all'), 'ack']);
  });

  it('does not call uncertain what was acknowledged, however long the rest takes', async () => {
    const { reply, steps, logger } = recorder();
    const answered = answer(reply, logger, async () => {
      await reply.acknowledge();
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await answered;
    expect(steps.every((step) => step === 'ack')).toBe(true);
  });

  it('does not call done what the person was told was not', async () => {
    const { reply, steps, logger } = recorder();
    const answered = answer(reply, logger, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      await reply.tell({ text: 'Already approved by Bo.', blocks: [] });
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await answered;
    expect(steps.at(-2)).toBe('tell: Already approved by Bo.');
    expect(steps.filter((step) => step.startsWith('tell'))).toHaveLength(2);
  });

  it('does not tell the person twice to try again, but does say what happened first', async () => {
    const told: number[] = [];
    for (const error of [new TypeError('no server'), new Refusal({ kind: 'person-required' })]) {
      const { reply, steps, logger } = recorder();
      const answered = answer(reply, logger, async () => {
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        throw error;
      });
      await vi.advanceTimersByTimeAsync(20_000);
      await answered;
      told.push(steps.filter((step) => step.startsWith('tell')).length);
    }
    expect(told).toEqual([1, 2]);
  });

  it.each([
    ['a refusal', new Refusal({ kind: 'person-required' }), 'Only a person can decide this.', 0],
    ['an error of ours', new ConflictError('That name is taken.'), 'That name is taken.', 0],
    ['anything unexpected', new TypeError('x is undefined'), 'Something went wrong', 1],
  ])('turns %s into a notice', async (_name, error, expected, logged) => {
    const { reply, steps, logger, errors } = recorder();
    await answer(reply, logger, () => Promise.reject(error));
    expect(steps).toEqual([expect.stringContaining(expected), 'ack']);
    expect(errors).toHaveLength(logged);
    expect(steps.join()).not.toContain('undefined');
  });

  it('survives an answer that does not arrive', async () => {
    const { logger } = recorder();
    const gone = (): Promise<never> => Promise.reject(new Error('expired'));
    await expect(
      answer({ acknowledge: gone, isAcknowledged: () => false, timesTold: () => 0, tell: gone }, logger, () =>
        Promise.reject(new Error('broken')),
      ),
    ).resolves.toBeUndefined();
  });
});

describe('the reply to a command', () => {
  it('comes with the acknowledgement, and by response_url once that is sent', async () => {
    const ack = vi.fn(() => Promise.resolve());
    const respond = vi.fn(() => Promise.resolve(new Response()));
    const reply = createCommandReply({ ack, respond });
    await reply.tell({ text: 'one', blocks: [] });
    await reply.tell({ text: 'two', blocks: [] });
    await reply.acknowledge();
    expect(ack).toHaveBeenCalledExactlyOnceWith({ response_type: 'ephemeral', text: 'one', blocks: [] });
    expect(respond).toHaveBeenCalledExactlyOnceWith({ response_type: 'ephemeral', text: 'two', blocks: [] });
  });
});
