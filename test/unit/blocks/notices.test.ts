import { describe, expect, it } from 'vitest';
import { errorNotice, refusalNotice, tryAgainNotice } from '../../../blocks/notices.ts';
import { slackTime } from '../../../blocks/people.ts';
import type { RefusalReason } from '../../../src/domain/refusal.ts';
import { RetryableError, ValidationError } from '../../../src/errors.ts';
import { definition, human, started } from '../../support/builders.ts';
import { expectNothingHostile, expectSlackAccepts, hostileText } from './slack-accepts.ts';

const at = new Date('2026-03-02T14:02:00Z');
const time = slackTime(at);
const ana = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;
const done = {
  kind: 'already-done',
  status: 'COMPLETED',
  outcome: null,
  outcomeLabel: null,
  actor: ana,
  at,
} as const;

describe('refusalNotice', () => {
  it.each<[RefusalReason, string]>([
    [
      { ...done, outcome: 'approved', outcomeLabel: 'Refund it' },
      `“Refund it” was already chosen by <@U0ANA>, ${time}. Nothing changed.`,
    ],
    [
      { ...done, outcome: 'approved', outcomeLabel: 'Approve' },
      `Already approved by <@U0ANA>, ${time}. Nothing changed.`,
    ],
    [{ ...done, outcome: 'rejected' }, `Already rejected by <@U0ANA>, ${time}. Nothing changed.`],
    [
      { ...done, outcome: 'v', outcomeLabel: 'Voucher' },
      `“Voucher” was already chosen by <@U0ANA>, ${time}. Nothing changed.`,
    ],
    [done, `Already done by <@U0ANA>, ${time}. Nothing changed.`],
    [
      { ...done, outcome: 'rejected', actor: { kind: 'system' } },
      `Nobody decided in time, and this step already went on as “rejected”, ${time}. Nothing changed.`,
    ],
    [
      { ...done, status: 'CANCELLED', actor: null },
      `This task was already cancelled, ${time}. Nothing changed.`,
    ],
    [
      { kind: 'already-voted', outcome: 'approved', at },
      `You already chose “approved”, ${time}. Nothing changed.`,
    ],
    [
      { kind: 'execution-ended', status: 'COMPLETED', at },
      `This task is already complete, ${time}. Nothing changed.`,
    ],
    [
      { kind: 'not-entitled', assignees: ['@finance'] },
      'Only @finance can decide this. It is still waiting.',
    ],
    [
      { kind: 'not-entitled', assignees: ['U0BO', 'c@d.example'] },
      'Only <@U0BO> or c@d.example can decide this. It is still waiting.',
    ],
    [
      { kind: 'excluded', rule: 'starter' },
      'You started this task, and this step must be decided by somebody else. It is still waiting.',
    ],
    [
      { kind: 'excluded', rule: 'previous' },
      'You decided an earlier step of this task, and this one must be decided by somebody else. It is still waiting.',
    ],
    [{ kind: 'comment-required', outcomeLabel: "Don't" }, "“Don't” needs a reason. It is still waiting."],
    [{ kind: 'person-required' }, 'Only a person can decide this. It is still waiting.'],
    [
      { kind: 'unknown-outcome', outcome: 'x', known: ['approved', 'rejected'] },
      '“x” is not a choice of this step. It has: “approved” and “rejected”. Nothing changed.',
    ],
  ])('says %j in words', async (reason, expected) => {
    const notice = refusalNotice(reason);
    expect(notice.text).toBe(expected);
    await expectSlackAccepts(notice);
  });

  it('names the task, and the choice by its label', () => {
    const workflow = { ...definition([human('ok')]), name: 'Refund approval' };
    const view = { ...started(workflow), definition: workflow };
    const notice = refusalNotice({ kind: 'already-voted', outcome: 'approved', at }, { view });
    expect(notice.text).toContain('You already chose “Approve”');
    expect(JSON.stringify(notice.blocks)).toContain('*Refund approval* #');
  });

  it('takes any text', async () => {
    for (const reason of [
      { kind: 'not-entitled', assignees: Array.from({ length: 50 }, () => hostileText) },
      { kind: 'wrong-command', detail: hostileText.repeat(100) },
      { kind: 'unknown-outcome', outcome: hostileText, known: [hostileText] },
      { kind: 'output-invalid', errors: [{ path: hostileText, message: hostileText }] },
    ] satisfies RefusalReason[]) {
      const notice = refusalNotice(reason);
      await expectSlackAccepts(notice);
      expectNothingHostile(notice);
    }
  });
});

describe('errorNotice', () => {
  it('lists every field that is wrong', async () => {
    const notice = errorNotice(
      new ValidationError('The inputs do not fit.', [
        { path: 'amount', message: 'must be >= 1' },
        { path: hostileText, message: 'is required' },
      ]),
    );
    expect(notice.text).toContain('The inputs do not fit.\n• amount must be &gt;= 1\n• ');
    expectNothingHostile(notice);
    await expectSlackAccepts(notice);
  });

  it('says when trying again can help', () => {
    expect(errorNotice(new RetryableError('The database does not answer.')).text).toContain(
      'Please try again',
    );
  });

  it('fits a thousand wrong fields', async () => {
    const fields = Array.from({ length: 1_000 }, (_, index) => ({
      path: `f${index}`,
      message: 'm'.repeat(500),
    }));
    await expectSlackAccepts(errorNotice(new ValidationError('x'.repeat(5_000), fields)));
  });
});

it('has an answer for what should not happen', async () => {
  await expectSlackAccepts(tryAgainNotice());
});
