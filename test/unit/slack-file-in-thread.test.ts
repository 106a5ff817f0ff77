import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { isFileInThread } from '../../src/slack/file-in-thread.ts';

const thread = { channelId: 'C1', threadTs: '1700000000.000000' };
const since = new Date(1_700_000_100_000);

/** A Slack whose thread comes in these pages of names, and that keeps what it was asked. */
function slackWith(pages: readonly (readonly string[])[]): { client: WebClient; asked: object[] } {
  const asked: object[] = [];
  const replies = (args: { cursor?: string }): Promise<object> => {
    asked.push(args);
    const at = Number(args.cursor ?? 0);
    const next_cursor = at + 1 < pages.length ? String(at + 1) : '';
    const messages = pages[at]?.map((name) => ({ files: [{ name }] }));
    return Promise.resolve({ ok: true, messages, response_metadata: { next_cursor } });
  };
  return { client: { conversations: { replies } } as unknown as WebClient, asked };
}

describe('a file in a thread', () => {
  it('is found on a later page too, among what came since it can be there', async () => {
    const { client, asked } = slackWith([['a.csv'], ['b.csv', 'c.csv'], ['d.csv']]);
    expect(await isFileInThread(client, thread, { name: 'c.csv', since })).toBe(true);
    const common = { channel: 'C1', ts: thread.threadTs, oldest: '1700000100.000000', limit: 200 };
    expect(asked).toEqual([common, { ...common, cursor: '1' }]);
  });

  it('is not there when no page has it, and none is asked for without a thread', async () => {
    const { client, asked } = slackWith([['a.csv'], ['b.csv']]);
    expect(await isFileInThread(client, thread, { name: 'c.csv', since })).toBe(false);
    expect(asked).toHaveLength(2);
    expect(await isFileInThread(client, { ...thread, threadTs: null }, { name: 'a.csv', since })).toBe(false);
    expect(asked).toHaveLength(2);
  });
});
