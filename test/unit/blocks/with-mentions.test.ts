import { describe, expect, it } from 'vitest';
import { withMentions } from '../../../blocks/with-mentions.ts';

describe('a sentence that names whom a step asks', () => {
  it.each([
    ['a person', 'U0ANA', 'U0ANA', '<@U0ANA>'],
    ['a person of another workspace', 'W0BO', 'W0BO', '<@W0BO>'],
    ['a channel', 'C0123ABC', 'C0123ABC', '<#C0123ABC>'],
    ['a private channel', 'G0123ABC', 'G0123ABC', '<#G0123ABC>'],
    ['a user group', '<!subteam^S0HELPERS>', '<!subteam^S0HELPERS>', '<!subteam^S0HELPERS>'],
  ])('mentions %s', (_who, recipient, said, shown) => {
    expect(withMentions(`The step waits for ${said}.`, [recipient])).toBe(`The step waits for ${shown}.`);
  });

  it('leaves text what only looks like an id', () => {
    const text = 'CREDIT and GDPR of U0ANA, not of U0ANABEL';
    expect(withMentions(text, ['U0ANA'])).toBe('CREDIT and GDPR of <@U0ANA>, not of U0ANABEL');
  });
});
