import { describe, expect, it } from 'vitest';
import { readAnswerReply } from '../../src/slack/answer-words.ts';

const reply = { type: 'message', user: 'U0BO', channel: 'C0GEN', thread_ts: '1.0', ts: '2.0' };

describe('a reply that sounds like an answer', () => {
  it.each([
    'approved',
    'Approved!',
    'LGTM',
    'lgtm, thanks',
    'looks good',
    'Looks good to me.',
    'ok',
    'OK from me',
    '+1',
    ':+1:',
    ':thumbsup::skin-tone-3:',
    ':white_check_mark:',
    '👍',
    'no',
    'Rejected.',
    'yes, go ahead',
    'Sounds good 👍',
  ])('is %j', (text) => {
    expect(readAnswerReply({ ...reply, text })).toEqual({
      userId: 'U0BO',
      channelId: 'C0GEN',
      threadTs: '1.0',
    });
  });

  it.each([
    '',
    'who approved this?',
    'is it ok to wait until monday',
    'no idea',
    'approved budgets are in the sheet',
    'not ok',
    'x'.repeat(100),
    'ok '.repeat(60),
  ])('is not %j', (text) => {
    expect(readAnswerReply({ ...reply, text })).toBeNull();
  });

  it.each([
    ['outside of threads', { thread_ts: undefined }],
    ['as the root of a thread', { ts: '1.0' }],
    ['by a bot', { bot_id: 'B0' }],
    ['that was edited', { subtype: 'message_changed' }],
    ['by nobody', { user: undefined }],
  ])('counts nothing %s', (_name, more) => {
    expect(readAnswerReply({ ...reply, ...more, text: 'approved' })).toBeNull();
  });
});
