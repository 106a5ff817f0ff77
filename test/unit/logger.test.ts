import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';

function linesOf(use: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  use(createLogger('info', { write: (line: string) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

describe('the logger', () => {
  it('writes one JSON line with its level in words, its fields and its message', () => {
    const lines = linesOf((logger) => logger.child({ part: 'relay' }).warn({ count: 2 }, 'effects are late'));

    expect(lines).toMatchObject([{ level: 'warn', part: 'relay', count: 2, msg: 'effects are late' }]);
  });

  it('leaves out what is below its level', () => {
    expect(linesOf((logger) => logger.debug({}, 'detail'))).toEqual([]);
  });

  it('says of an error what it is and why, and nothing of what its class hangs on to it', () => {
    const away = Object.assign(new Error('the database is away', { cause: new TypeError('timed out') }), {
      code: 'ETIMEDOUT',
      // As of a driver: what it was about to write, and what cannot be written.
      document: { text: 'of a message' },
      state: {
        toJSON(): never {
          throw new RangeError('too tangled');
        },
      },
    });
    const [line] = linesOf((logger) => logger.warn({ err: away }, 'trying again'));
    expect(line?.['err']).toEqual({
      type: 'Error',
      code: 'ETIMEDOUT',
      message: 'the database is away',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'TypeError', message: 'timed out', stack: expect.any(String) },
    });
  });

  it.each<[what: string, fields: object]>([
    ['a field that is named after a secret', { botToken: 'hush-hush' }],
    ['such a field three levels down', { request: { headers: { authorization: 'hush-hush' } } }],
    ['a Slack token inside a text', { reason: 'token xoxb-hush-hush is invalid' }],
    ['an app token inside a text', { reason: 'xapp-1-hush-hush' }],
    ['a bearer key inside a text', { reason: 'sent Bearer hush-hush-hush' }],
    ['the password of a URI', { reason: 'cannot reach mongodb://baton:hush-hush@db.example/x' }],
    ['a secret in the message of an error', { err: new Error('xoxb-hush-hush') }],
    [
      'a secret in the cause of an error',
      { err: new Error('failed', { cause: new Error('sk-hush-hush-hush') }) },
    ],
    ['a webhook secret', { reason: 'whsec_hush/hush' }],
    ['a personal key', { reason: 'user-0123456789abcdef01234567.hush-hush' }],
    ['a response URL', { reason: 'POST https://hooks.slack.com/commands/hush-hush' }],
  ])('does not write %s', (_what, fields) => {
    const lines = linesOf((logger) => logger.error(fields, 'failed'));

    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain('[redacted]');
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});
