import { describe, expect, it } from 'vitest';
import { toShownUpdate } from '../../src/local/slack-preload/shown-update.ts';

const reader = { now: new Date('2026-11-21T11:46:00Z'), timeZone: 'UTC' };
const text = 'Tom &amp; Jo, <!date^0^{date_num}|then>';
const shown = 'Tom & Jo, 1970-01-01';

function textBlocks(mrkdwn: string): object[] {
  return [
    { type: 'section', text: { type: 'mrkdwn', text: mrkdwn }, fields: [{ type: 'mrkdwn', text: mrkdwn }] },
    { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn }] },
    { type: 'header', text: { type: 'plain_text', text } },
  ];
}

function appMessage(mrkdwn: string): object {
  return { type: 'message', user: 'U0BOT', bot_id: 'B0BOT', text: mrkdwn, blocks: textBlocks(mrkdwn) };
}

describe('what the local workspace tells its page', () => {
  it.each([
    ['message', (mrkdwn: string) => ({ message: appMessage(mrkdwn) })],
    ['message_update', (mrkdwn: string) => ({ message: appMessage(mrkdwn) })],
    ['view', (mrkdwn: string) => ({ stack: [{ blocks: textBlocks(mrkdwn) }] })],
    ['home', (mrkdwn: string) => ({ user: 'U01ANA', view: { blocks: textBlocks(mrkdwn) } })],
    ['init', (mrkdwn: string) => ({ state: { messages: { C01GEN: [appMessage(mrkdwn)] } } })],
  ])('has texts of apps rendered in %s, and plain ones as they are', (t, build) => {
    expect(toShownUpdate({ t, ...build(text) }, reader)).toEqual({ t, ...build(shown) });
  });

  it('has what people typed as they typed it', () => {
    const update = { t: 'message', message: { type: 'message', user: 'U01ANA', text } };

    expect(toShownUpdate(update, reader)).toEqual(update);
  });

  it('has the log of what the bot sent as it was sent', () => {
    const entry = { summary: 'chat.postMessage', detail: { blocks: textBlocks(text) } };

    expect(toShownUpdate({ t: 'log', entry }, reader)).toEqual({ t: 'log', entry });
    expect(toShownUpdate({ t: 'init', state: { log: [entry] } }, reader)).toEqual({
      t: 'init',
      state: { log: [entry] },
    });
  });

  it('has a menu as a button for the first thing that it offers', () => {
    const accessory = {
      type: 'overflow',
      action_id: 'menu',
      options: [
        { text: { type: 'plain_text', text: 'Edit' }, value: 'edit' },
        { text: { type: 'plain_text', text: 'Delete' }, value: 'delete' },
      ],
    };
    const update = { t: 'message', message: { blocks: [{ type: 'section', accessory }] } };

    expect(toShownUpdate(update, reader)).toEqual({
      t: 'message',
      message: {
        blocks: [
          {
            type: 'section',
            accessory: {
              type: 'button',
              action_id: 'menu',
              text: { type: 'plain_text', text: 'Edit' },
              value: 'edit',
            },
          },
        ],
      },
    });
  });

  it('has buttons that open an address as links', () => {
    const open = {
      type: 'button',
      text: { type: 'plain_text', text: 'Open the board' },
      url: 'http://localhost/board?a=1&b=2',
    };
    const other = { type: 'button', text: { type: 'plain_text', text: 'Help' }, action_id: 'help' };
    const update = {
      t: 'message',
      message: {
        blocks: [
          { type: 'actions', elements: [open] },
          { type: 'actions', elements: [open, other] },
        ],
      },
    };

    expect(toShownUpdate(update, reader)).toEqual({
      t: 'message',
      message: {
        blocks: [
          {
            type: 'section',
            text: { type: 'mrkdwn', text: '<http://localhost/board?a=1&b=2|Open the board>' },
          },
          { type: 'actions', elements: [open, other] },
        ],
      },
    });
  });
});
