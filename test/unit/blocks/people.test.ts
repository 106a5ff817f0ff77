import { describe, expect, it } from 'vitest';
import { listRecipients, mention, recipientMention, slackTime } from '../../../blocks/people.ts';
import type { Actor } from '../../../src/domain/actor.ts';

describe('mention', () => {
  it.each<[Actor, string]>([
    [{ kind: 'person', userId: 'U01ANA', name: 'ana' }, '<@U01ANA>'],
    [{ kind: 'person', userId: 'x> <!channel', name: null }, 'x&gt; &lt;!channel'],
    [{ kind: 'key', keyId: 'k1', name: '<!here> key' }, '&lt;!here&gt; key'],
    [{ kind: 'key', keyId: 'k1', name: null }, 'the key k1'],
    [{ kind: 'system' }, 'Baton'],
  ])('names %j', (actor, expected) => {
    expect(mention(actor)).toBe(expected);
  });
});

describe('recipientMention', () => {
  it.each([
    ['U01ANA', '<@U01ANA>'],
    ['<@U01ANA|ana>', '<@U01ANA>'],
    ['C01GEN', '<#C01GEN>'],
    ['@Finance', '@finance'],
    ['<!subteam^S0FIN|finance>', '<!subteam^S0FIN>'],
    ['#triage', '#triage'],
    ['Bo@Example.com', 'bo@example.com'],
    ['<!channel>', '“&lt;!channel&gt;”'],
  ])('shows %s', (expression, expected) => {
    expect(recipientMention(expression)).toBe(expected);
  });

  it('counts those beyond the fifth', () => {
    expect(listRecipients(['@a', '@b', '@c', '@d', '@e', '@f', '@g'], 'or')).toBe(
      '@a, @b, @c, @d, @e or 2 more',
    );
    expect(listRecipients(['@a', '@b'], 'and')).toBe('@a and @b');
    expect(listRecipients([], 'or')).toBe('nobody');
  });
});

describe('slackTime', () => {
  it('shows in the time zone of the reader, and in UTC where that cannot be done', () => {
    expect(slackTime(new Date('2026-03-01T09:00:30.999Z'))).toBe(
      '<!date^1772355630^{date_short_pretty} at {time}|2026-03-01 09:00 UTC>',
    );
  });
});
