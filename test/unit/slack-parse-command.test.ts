import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/slack/listeners/commands/parse-command.ts';

describe('reading what stands behind /workflow', () => {
  it.each([
    ['', { kind: 'menu' }],
    ['   ', { kind: 'menu' }],
    ['help', { kind: 'verb', verb: 'help', name: '', values: {} }],
    ['LIST', { kind: 'verb', verb: 'list', name: '', values: {} }],
    ['start refund-approval', { kind: 'verb', verb: 'start', name: 'refund-approval', values: {} }],
    ['start  Refund   approval ', { kind: 'verb', verb: 'start', name: 'Refund approval', values: {} }],
    ['start "Refund approval"', { kind: 'verb', verb: 'start', name: 'Refund approval', values: {} }],
    ['start “Refund approval”', { kind: 'verb', verb: 'start', name: 'Refund approval', values: {} }],
    ['start R&amp;D &lt;intake&gt;', { kind: 'verb', verb: 'start', name: 'R&D <intake>', values: {} }],
    [
      'start refund amount=420 customer="Acme Inc" assignee.email=ana@example.com',
      {
        kind: 'verb',
        verb: 'start',
        name: 'refund',
        values: { amount: '420', customer: 'Acme Inc', 'assignee.email': 'ana@example.com' },
      },
    ],
    ['start "a=b"', { kind: 'verb', verb: 'start', name: 'a=b', values: {} }],
    ['status 4f02ab', { kind: 'verb', verb: 'status', name: '4f02ab', values: {} }],
    ['new Offboarding', { kind: 'verb', verb: 'new', name: 'Offboarding', values: {} }],
  ])('reads "%s"', (text, expected) => {
    expect(parseCommand(text)).toEqual(expected);
  });

  it.each([
    ['strat refund', 'start'],
    ['sta', 'start'],
    ['star', 'start'],
    ['stats', 'status'],
    ['lits', 'list'],
    ['hlep', 'help'],
    ['refund-approval', null],
    ['x', null],
  ])('suggests for "%s": %s', (text, suggestion) => {
    expect(parseCommand(text)).toMatchObject({ kind: 'unknown', suggestion, wholeText: text });
  });

  it('takes no value that would reach a prototype', () => {
    const parsed = parseCommand('start refund __proto__=1 constructor=2');
    expect(parsed).toMatchObject({ kind: 'verb', name: 'refund' });
    expect(Object.getPrototypeOf(parsed.kind === 'verb' ? parsed.values : null)).toBe(Object.prototype);
  });
});
