import { describe, expect, it } from 'vitest';
import { delegateOf } from '../../src/domain/asks.ts';
import { askedLine, moveText } from '../../src/domain/exploration-words.ts';
import { Move, unnamedStarter } from '../../src/domain/rehearsal.ts';

describe('how often somebody is asked', () => {
  it.each([
    ['bo@example.com', 1, 1, 0, 'bo@example.com is asked once.'],
    ['@finance', 0, 1, 2, '@finance is asked at most once, and reminded at most twice.'],
    ['U0BO', 1, 3, 0, 'U0BO is asked once to 3 times.'],
    [unnamedStarter, 0, 3, 1, 'Whoever starts the task is asked at most 3 times, and reminded at most once.'],
    [delegateOf('U0BO'), 0, 1, 0, 'Whoever stands in for U0BO is asked at most once.'],
  ])('is said of %s in words', (recipient, least, most, reminders, words) => {
    expect(askedLine({ recipient, least, most, reminders })).toBe(words);
  });
});

describe('a move', () => {
  it('says that whoever started the task made it, whose id means nothing to anybody', () => {
    const move = Move.parse({ type: 'complete', step: 'tell', by: unnamedStarter });
    expect(moveText(move)).toBe('tell: done by whoever started it');
  });
});
