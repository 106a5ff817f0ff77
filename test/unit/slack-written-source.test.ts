import { describe, expect, it } from 'vitest';
import type { Resolved } from '../../src/slack/directory.ts';
import { readChannels } from '../../src/slack/triggers/written-source.ts';

const known: Readonly<Record<string, Resolved>> = {
  '#support': { kind: 'channel', channelId: 'C0SUPPORT' },
  C0SALES: { kind: 'channel', channelId: 'C0SALES' },
  '<@U0ANA>': { kind: 'user', userId: 'U0ANA', dmChannelId: 'D0ANA' },
};
const directory = {
  resolve: (text: string): Promise<Resolved> =>
    Promise.resolve(known[text] ?? { kind: 'unknown', reason: `I do not see ${text}.` }),
  labelOf: () => Promise.resolve(null),
  account: () => Promise.reject(new Error('nobody is asked for')),
};

describe('channels that are written', () => {
  it('are found by name, with or without #, and by id', async () => {
    const read = await readChannels(directory, '#support, support C0SALES');
    expect(read).toEqual({ ok: true, ids: ['C0SUPPORT', 'C0SALES'] });
  });

  it('are told from people and from nothing, each by what was written', async () => {
    const read = await readChannels(directory, 'support, <@U0ANA>, sales');
    expect(read).toEqual({
      ok: false,
      message: '<@U0ANA> is not a channel. Write its name, such as #support. I do not see #sales.',
    });
  });
});
