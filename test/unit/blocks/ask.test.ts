import { describe, expect, it } from 'vitest';
import { decodeDecision } from '../../../blocks/action-ids.ts';
import { askMessage } from '../../../blocks/ask.ts';
import { slackTime } from '../../../blocks/people.ts';
import type { Command } from '../../../src/domain/command.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { transition } from '../../../src/engine/transition.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
  started,
  userMessage,
} from '../../support/builders.ts';
import {
  buttonLabels,
  expectNothingHostile,
  expectSlackAccepts,
  hostileText,
  shownText,
} from './slack-accepts.ts';

const refund = definition([
  human('manager_ok', {
    inputsTemplate: {
      message: 'Approve refund of {{inputs.amount}} to {{inputs.customer}}?\nThey wrote twice.',
    },
    assignees: ['@finance', 'U0BO'],
    deadline: { after: '2d', then: 'escalate', escalateTo: ['{{inputs.lead}}'] },
  }),
]);
const inputs = { amount: '$420', customer: 'Acme', lead: '@lead' };

function start(workflow: Definition, values = inputs): ExecutionState {
  return started(workflow, { inputs: values }).execution;
}

function apply(
  workflow: Definition,
  execution: ExecutionState,
  command: Command,
  minutes: number,
): ExecutionState {
  return transition(workflow, execution, command, minutesAfterStart(minutes)).execution;
}

function decide(
  execution: ExecutionState,
  who: string,
  outcome: string,
  comment: string | null = null,
): Command {
  return {
    type: 'decide',
    stepExecutionId: currentId(execution),
    outcome,
    comment,
    output: null,
    by: person(who, { handles: ['finance'] }),
  };
}

function show(workflow: Definition, execution: ExecutionState): ReturnType<typeof askMessage> {
  return askMessage({ definition: workflow, execution, stepIndex: 0, recipientIndex: 0 });
}

describe('an open decision', () => {
  it('has the decision as its title, says who, until when and what then, and carries the buttons', async () => {
    const execution = start(refund);
    const message = show(refund, execution);
    expect(message.blocks[0]).toMatchObject({
      type: 'header',
      text: { text: 'Approve refund of $420 to Acme?' },
    });
    const text = shownText(message.blocks);
    expect(text).toContain('They wrote twice.');
    expect(text).toContain('Any of @finance or <@U0BO> can decide.');
    expect(text).toContain(`Due ${slackTime(minutesAfterStart(2 * 24 * 60))}, then escalates to @lead.`);
    expect(buttonLabels(message)).toEqual(['Approve', 'Reject']);
    expect(message.text).toContain('Approve refund of $420 to Acme?');
    await expectSlackAccepts(message);
  });

  it('has buttons whose values name the task, the visit, the outcome and what was shown', () => {
    const execution = start(refund);
    const [actions] = show(refund, execution).blocks.filter((block) => block.type === 'actions');
    const buttons = actions?.elements.filter(({ type }) => type === 'button');
    const values = buttons?.map((element) => decodeDecision('value' in element ? element.value : null));
    expect(values).toEqual(
      ['approved', 'rejected'].map((outcome) => ({
        executionId: execution.id,
        stepExecutionId: currentId(execution),
        outcome,
        digest: execution.stack[0]?.decisionDigest,
      })),
    );
  });

  it("carries the step's own labels and styles", async () => {
    const workflow = definition([
      human('pick', {
        outcomes: [
          { name: 'refund', label: 'Refund it', style: 'primary' },
          { name: 'voucher', label: 'Send a voucher' },
          { name: 'no', label: "Don't", style: 'danger' },
        ],
      }),
    ]);
    const message = show(workflow, start(workflow));
    expect(buttonLabels(message)).toEqual(['Refund it', 'Send a voucher', "Don't"]);
    await expectSlackAccepts(message);
  });

  it('counts the votes of a quorum and says the two-person rules', () => {
    const workflow = definition([
      human('pay', {
        assignees: ['@finance'],
        policy: { required: 3, excludeStarter: true, excludePrevious: true },
      }),
    ]);
    const execution = start(workflow);
    const voted = apply(workflow, execution, decide(execution, 'bo', 'approved', 'fine'), 5);
    const text = shownText(show(workflow, voted).blocks);
    expect(text).toContain('1 of 3 approved so far.');
    expect(text).not.toContain('can decide');
    expect(text).toContain(`<@U0BO> chose “Approve”, ${slackTime(minutesAfterStart(5))}: fine`);
    expect(text).toContain('Not by the person who started the task.');
    expect(text).toContain('Not by anybody who decided an earlier step.');
  });

  it("counts the votes of a quorum in the button's own words", () => {
    const workflow = definition([
      human('pay', {
        policy: { required: 2 },
        outcomes: [
          { name: 'approved', label: 'Pay it' },
          { name: 'rejected', label: 'Reject' },
        ],
      }),
    ]);
    const execution = start(workflow);
    const voted = apply(workflow, execution, decide(execution, 'bo', 'approved'), 5);
    expect(shownText(show(workflow, voted).blocks)).toContain('1 of 2 chose “Pay it” so far.');
  });

  it.each([
    [['U0BO'], ''],
    [['bo@example.com'], ''],
    [['@bo'], ''],
    [['C0GENERAL'], '<#C0GENERAL> can decide.'],
    [['#general'], '#general can decide.'],
    [['<!subteam^S0FINANCE>'], '<!subteam^S0FINANCE> can decide.'],
    [['U0BO', 'U0CHI'], 'Any of <@U0BO> or <@U0CHI> can decide.'],
  ])('says who can decide unless it asks one person alone: %j', (assignees, expected) => {
    const workflow = definition([human('pay')]);
    const { stack, ...execution } = start(workflow);
    const asked = { ...execution, stack: stack.map((visit) => ({ ...visit, assignees })) };
    const text = shownText(show(workflow, asked).blocks);
    expect(text.split('\n').filter((line) => line.endsWith('can decide.'))).toEqual(
      expected === '' ? [] : [expected],
    );
  });

  it('stays open after an escalation, and says to whom it went', () => {
    const escalated = apply(refund, start(refund), { type: 'wake' }, 2 * 24 * 60);
    const message = show(refund, escalated);
    expect(shownText(message.blocks)).toContain(
      `Escalated to @lead ${slackTime(minutesAfterStart(2 * 24 * 60))}.`,
    );
    expect(buttonLabels(message)).toEqual(['Approve', 'Reject']);
  });
});

describe('a closed decision', () => {
  const workflow = definition([
    human('pick', {
      outcomes: [
        { name: 'approved', label: 'Refund it' },
        { name: 'rejected', label: "Don't" },
        { name: 'voucher', label: 'Send a voucher' },
      ],
      deadline: { after: '1h', then: 'rejected' },
    }),
  ]);
  const at = slackTime(minutesAfterStart(5));

  it.each([
    ['approved', 'within budget', `✅ “Refund it” chosen by <@U0BO>, ${at}: within budget`],
    ['rejected', null, `❌ “Don't” chosen by <@U0BO>, ${at}.`],
    ['voucher', 'cheaper', `✅ “Send a voucher” chosen by <@U0BO>, ${at}: cheaper`],
    ['approved', 'two\nlines', `✅ “Refund it” chosen by <@U0BO>, ${at}:\n> two\n> lines`],
  ])('says who, when, what and why: %s, %j', async (outcome, comment, expected) => {
    const execution = start(workflow);
    const message = show(workflow, apply(workflow, execution, decide(execution, 'bo', outcome, comment), 5));
    expect(shownText(message.blocks)).toContain(expected);
    expect(message.text).toContain(expected);
    expect(buttonLabels(message)).toEqual([]);
    await expectSlackAccepts(message);
  });

  it.each([
    ['approved', `✅ Approved by <@U0BO>, ${at}.`],
    ['rejected', `❌ Rejected by <@U0BO>, ${at}.`],
    ['no', `❌ “Never” chosen by <@U0BO>, ${at}.`],
  ])('says it shorter under the usual labels, and puts no tick on a refusal: %s', (outcome, expected) => {
    const usual = definition([
      human('pick', {
        outcomes: [
          { name: 'approved', label: 'approve' },
          { name: 'rejected', label: 'Reject' },
          { name: 'no', label: 'Never', style: 'danger' },
        ],
      }),
    ]);
    const execution = start(usual);
    const message = show(usual, apply(usual, execution, decide(execution, 'bo', outcome), 5));
    expect(shownText(message.blocks)).toContain(expected);
  });

  it('says that nobody decided, and how it went on', () => {
    const message = show(workflow, apply(workflow, start(workflow), { type: 'wake' }, 60));
    expect(shownText(message.blocks)).toContain(
      `⌛ Nobody decided by ${slackTime(minutesAfterStart(60))}; it went on as “Don't”.`,
    );
    expect(buttonLabels(message)).toEqual([]);
  });

  it('says that the task was cancelled', () => {
    const cancelled = apply(
      workflow,
      start(workflow),
      { type: 'cancel', reason: 'no', by: person('ana') },
      7,
    );
    expect(shownText(show(workflow, cancelled).blocks)).toContain(
      `This task was cancelled ${slackTime(minutesAfterStart(7))}. Nothing to do.`,
    );
    expect(buttonLabels(show(workflow, cancelled))).toEqual([]);
  });

  it('says that the task expired', () => {
    const simple = definition([human('pick')]);
    const expired = apply(simple, start(simple), { type: 'wake' }, 366 * 24 * 60);
    expect(expired.status).toBe('EXPIRED');
    expect(shownText(show(simple, expired).blocks)).toContain('This task expired');
    expect(buttonLabels(show(simple, expired))).toEqual([]);
  });

  it('says who decided when the task then stopped', () => {
    const stuck = definition([human('pick', { handoffs: [{ condition: 'approved', to: 'complete' }] })]);
    const execution = start(stuck);
    const failed = apply(stuck, execution, decide(execution, 'bo', 'rejected', 'too much'), 5);
    expect(failed.status).toBe('FAILED');
    const text = shownText(show(stuck, failed).blocks);
    expect(text).toContain(`Rejected by <@U0BO>, ${at}: too much`);
    expect(text).toContain('Then the task stopped.');
  });
});

describe('a message', () => {
  const workflow = definition([
    userMessage('laptop', { inputsTemplate: { message: 'Hand out the laptop.\nAsset tag: A1' } }),
  ]);

  it('is shown whole, with one button', async () => {
    const message = show(workflow, start(workflow));
    expect(shownText(message.blocks)).toContain('Hand out the laptop.\nAsset tag: A1');
    expect(buttonLabels(message)).toEqual(['Mark done']);
    await expectSlackAccepts(message);
  });

  it('says who marked it done', () => {
    const execution = start(workflow);
    const command: Command = {
      type: 'complete',
      stepExecutionId: currentId(execution),
      outcome: null,
      comment: null,
      output: null,
      by: person('chi'),
    };
    const message = show(workflow, apply(workflow, execution, command, 5));
    expect(shownText(message.blocks)).toContain(`Done by <@U0CHI>, ${slackTime(minutesAfterStart(5))}.`);
    expect(buttonLabels(message)).toEqual([]);
  });
});

describe('what people write', () => {
  it.each([
    ['hostile text', hostileText],
    ['3,000 characters', 'word '.repeat(600)],
    ['40,000 characters without a space', 'x'.repeat(40_000)],
    ['5,000 ampersands', '&'.repeat(5_000)],
    ['a long address', `https://example.com/${'a'.repeat(4_000)}`],
    ['only white space', ' \n '],
  ])('is shown within the limits and does nothing: %s', async (_what, text) => {
    for (const step of [
      human('ok', { inputsTemplate: { message: '{{inputs.text}}' } }),
      userMessage('do', { inputsTemplate: { message: '{{inputs.text}}' } }),
    ]) {
      const workflow = { ...definition([step]), name: text };
      const execution = started(workflow, { inputs: { text } }).execution;
      const message = show(workflow, execution);
      await expectSlackAccepts(message);
      expectNothingHostile(message);
      if (step.type === 'USER_MESSAGE') continue;
      const decided = show(
        workflow,
        apply(workflow, execution, decide(execution, 'bo', 'rejected', text.trim() || 'no'), 5),
      );
      await expectSlackAccepts(decided);
      expectNothingHostile(decided);
    }
  });
});
