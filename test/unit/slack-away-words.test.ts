import { describe, expect, it } from 'vitest';
import { readAwayWords } from '../../src/slack/listeners/away/read-away-words.ts';

describe('what stands behind /workflow away', () => {
  it.each([
    ['until friday delegate <@U0BO|bo>', { until: 'friday', delegate: '<@U0BO|bo>', note: '' }],
    ['2026-12-01', { until: '2026-12-01', delegate: '', note: '' }],
    ['for 3d', { until: '3d', delegate: '', note: '' }],
    [
      'until next monday 14:00 note on leave until spring',
      { until: 'next monday 14:00', delegate: '', note: 'on leave until spring' },
    ],
    ['DELEGATE bo@example.com UNTIL 1 dec', { until: '1 dec', delegate: 'bo@example.com', note: '' }],
  ])('reads %j', (text, expected) => {
    expect(readAwayWords(text, {})).toEqual({ kind: 'away', ...expected });
  });

  it('reads pairs as well', () => {
    const values = { until: 'friday', Delegate: '@bo' };
    expect(readAwayWords('', values)).toEqual({ kind: 'away', until: 'friday', delegate: '@bo', note: '' });
  });

  it('opens the form for nothing, and ends it for off', () => {
    expect(readAwayWords('', {})).toEqual({ kind: 'form' });
    expect(readAwayWords('off', {})).toEqual({ kind: 'back' });
    expect(readAwayWords('Back', {})).toEqual({ kind: 'back' });
  });
});
