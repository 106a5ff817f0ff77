import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/slack/listeners/commands/parse-command.ts';
import { writeValues } from '../../src/slack/listeners/commands/write-values.ts';

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
    [
      'start refund note="she said \\"no\\"" path="C:\\\\tmp" who=\'two words\' cafe=Ana\'s',
      {
        kind: 'verb',
        verb: 'start',
        name: 'refund',
        values: { note: 'she said "no"', path: 'C:\\tmp', who: 'two words', cafe: "Ana's" },
      },
    ],
    [
      'start refund a=“smart quotes” b=„low ones” c=«corners» d=‘single ones’',
      {
        kind: 'verb',
        verb: 'start',
        name: 'refund',
        values: { a: 'smart quotes', b: 'low ones', c: 'corners', d: 'single ones' },
      },
    ],
    [
      'start refund by=<mailto:ana@example.com|ana@example.com> see=<https://example.com|example.com> to=<@U1|Ana Ruiz>',
      {
        kind: 'verb',
        verb: 'start',
        name: 'refund',
        values: { by: 'ana@example.com', see: 'https://example.com', to: '<@U1|Ana Ruiz>' },
      },
    ],
    [
      'start refund note="never closed',
      { kind: 'verb', verb: 'start', name: 'refund', values: { note: 'never closed' } },
    ],
    ["cancel 4f02ab it is Ana's", { kind: 'verb', verb: 'cancel', name: "4f02ab it is Ana's", values: {} }],
    ['mine', { kind: 'verb', verb: 'mine', name: '', values: {} }],
    ['start "a=b"', { kind: 'verb', verb: 'start', name: 'a=b', values: {} }],
    ['status 4f02ab', { kind: 'verb', verb: 'status', name: '4f02ab', values: {} }],
    ['new Offboarding', { kind: 'verb', verb: 'new', name: 'Offboarding', values: {} }],
  ])('reads "%s"', (text, expected) => {
    expect(parseCommand(text)).toMatchObject(expected);
  });

  it.each([
    ['strat refund', 'start'],
    ['sta', 'start'],
    ['star', 'start'],
    ['stats', 'status'],
    ['lits', 'list'],
    ['hlep', 'help'],
    ['cancle', 'cancel'],
    ['reasign', 'reassign'],
    ['rety', 'retry'],
    ['re', null],
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

describe('writing values back for a button', () => {
  it.each([
    [{ amount: '420', customer: 'Acme "Inc"' }],
    [{ note: "Ana's „quote“ and a \\ backslash\\" }],
    [{ empty: '', long: 'a=b "c=d" ‘e’' }],
  ])('is read as it was: %j', (values) => {
    const parsed = parseCommand(`start refund ${writeValues(values)}`);
    expect(parsed).toMatchObject({ kind: 'verb', verb: 'start', name: 'refund', values });
  });
});
