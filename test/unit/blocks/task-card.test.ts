import { describe, expect, it } from 'vitest';
import { slackTime } from '../../../blocks/people.ts';
import { taskCard } from '../../../blocks/task-card.ts';
import type { Command } from '../../../src/domain/command.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { taskRef } from '../../../src/domain/ids.ts';
import { transition } from '../../../src/engine/transition.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
  started,
  userMessage,
  wait,
} from '../../support/builders.ts';
import { expectNothingHostile, expectSlackAccepts, hostileText, shownText } from './slack-accepts.ts';

const refund = {
  ...definition([
    human('manager_ok', {
      handoffs: [
        { condition: 'approved', to: 'tell_customer' },
        { condition: 'rejected', to: 'complete' },
      ],
    }),
    userMessage('tell_customer'),
  ]),
  name: 'Refund approval',
};

function apply(
  workflow: Definition,
  execution: ExecutionState,
  command: Command,
  minutes: number,
): ExecutionState {
  return transition(workflow, execution, command, minutesAfterStart(minutes)).execution;
}

function decide(execution: ExecutionState, outcome: string, comment: string | null): Command {
  return {
    type: 'decide',
    stepExecutionId: currentId(execution),
    outcome,
    comment,
    output: null,
    by: person('bo'),
  };
}

describe('the card of a running task', () => {
  it('says what it is, whom it waits for, who started it with what, and what may come', async () => {
    const { execution } = started(refund, { inputs: { amount: 420, customer: 'Acme' } });
    const card = taskCard({ execution, definition: refund });
    const text = shownText(card.blocks);
    expect(card.blocks[0]).toMatchObject({
      type: 'header',
      text: { text: `Refund approval #${taskRef(execution.id)}` },
    });
    expect(text).toContain('*Status:* ⏳ Waiting for <@U0BO>');
    expect(text).toContain(`Started by <@U0ANA>, ${slackTime(minutesAfterStart(0))}`);
    expect(text).toContain('*Amount*\n420');
    expect(text).toContain('⏳ *Manager ok*: waiting for <@U0BO>');
    expect(text).toContain('Tell customer (next if “Approve”)');
    expect(card.text).toContain('Refund approval');
    expect(card.text).toContain('Waiting for <@U0BO>');
    await expectSlackAccepts(card);
  });

  it('says which answers lead to a step, unless all do', () => {
    const plain = definition([human('ok'), userMessage('tell')]);
    const text = shownText(taskCard({ ...started(plain), definition: plain }).blocks);
    expect(text).toContain('Tell (next if “Approve”)');
    const handoffs = [{ condition: 'default', to: 'tell' }];
    const both = definition([human('ok', { handoffs }), userMessage('tell')]);
    expect(shownText(taskCard({ ...started(both), definition: both }).blocks)).toContain(
      'Tell (not reached yet)',
    );
  });

  it('shows what Slack could not deliver', () => {
    const { execution } = started(refund);
    const command: Command = {
      type: 'report-undeliverable',
      stepIndex: 0,
      recipient: 'U0BO',
      reason: 'user_not_found',
    };
    const text = shownText(
      taskCard({ execution: apply(refund, execution, command, 1), definition: refund }).blocks,
    );
    expect(text).toContain('Slack could not deliver this to <@U0BO>: there is no such person here.');
  });

  it('says until when it waits', () => {
    const workflow = definition([wait('cool_down', { for: '2d' }), userMessage('after')]);
    const text = shownText(taskCard({ ...started(workflow), definition: workflow }).blocks);
    expect(text).toContain(`Waiting for ${slackTime(minutesAfterStart(2 * 24 * 60))}`);
  });

  it('masks what is secret by name, by schema and inside nested values', () => {
    const workflow = definition([userMessage('do')], {
      type: 'object',
      properties: { note: { type: 'string', title: 'Door <code>', writeOnly: true } },
    });
    const inputs = {
      spinner: 'visible',
      note: '4711',
      apiKey: 'k-1',
      db: { user: 'ana', db_password: 'p-2' },
      list: [{ token: 't-3' }],
    };
    const card = taskCard({ ...started(workflow, { inputs }), definition: workflow });
    const text = shownText(card);
    for (const secret of ['4711', 'k-1', 'p-2', 't-3']) expect(text).not.toContain(secret);
    expect(text).toContain('*Db › User*\nana');
    expect(text).toContain('visible');
    expect(text).toContain('*Door &lt;code&gt;*\n••••••');
  });
});

describe('the card of a task that is over', () => {
  it('says who decided, when and why, and leaves out what was never reached', async () => {
    const { execution } = started(refund);
    const done = apply(refund, execution, decide(execution, 'rejected', 'too much'), 5);
    const card = taskCard({ execution: done, definition: refund });
    const text = shownText(card.blocks);
    expect(text).toContain(
      `*Status:* ❌ Completed: rejected by <@U0BO>  ·  ${slackTime(minutesAfterStart(5))}`,
    );
    expect(text).toContain(
      `❌ *Manager ok*: rejected by <@U0BO>, ${slackTime(minutesAfterStart(5))}: too much`,
    );
    expect(text).not.toContain('Tell customer');
    await expectSlackAccepts(card);
  });

  it("carries the last decision at its head, in the button's own words", () => {
    const workflow = definition([
      human('lead_ok', {
        description: 'The lead decides\nwithin a day',
        outcomes: [{ name: 'approved', label: 'Enjoy' }],
      }),
    ]);
    const { execution } = started(workflow);
    const done = apply(workflow, execution, decide(execution, 'approved', null), 5);
    const card = taskCard({ execution: done, definition: workflow });
    expect(card.text).toContain('✅ Completed: “Enjoy” chosen by <@U0BO>');
    expect(shownText(card.blocks)).toContain('✅ *The lead decides*: “Enjoy” chosen by <@U0BO>');
  });

  it('says that it just completed when nothing was decided', () => {
    const workflow = definition([]);
    expect(taskCard({ ...started(workflow), definition: workflow }).text).toContain(
      `: ✅ Completed ${slackTime(minutesAfterStart(0))}`,
    );
  });

  it('puts no tick where nobody decided in time', () => {
    const workflow = definition([human('ok', { deadline: { after: '5m', then: 'approved' } })]);
    const done = apply(workflow, started(workflow).execution, { type: 'wake' }, 5);
    const text = shownText(taskCard({ execution: done, definition: workflow }).blocks);
    expect(text).toContain('Completed: nobody decided in time, so it went on as “Approve”');
    expect(text).toContain('⌛ *Ok*: nobody decided by');
  });

  it('says what stopped it and what can be done', async () => {
    const workflow = definition([userMessage('do', { inputsTemplate: { message: '{{inputs.missing}}' } })]);
    const card = taskCard({ ...started(workflow), definition: workflow });
    const text = shownText(card.blocks);
    expect(text).toContain('⚠️ Stopped');
    expect(text).toContain('needs "inputs.missing"');
    expect(text).toContain('*What to do:* Start it again with that value filled in');
    await expectSlackAccepts(card);
  });

  it.each([
    ['CANCELLED', { type: 'cancel', reason: null, by: person('ana') }, 5, 'This task was cancelled'],
    ['EXPIRED', { type: 'wake' }, 366 * 24 * 60, 'has expired'],
  ] satisfies [string, Command, number, string][])(
    'says so in words: %s',
    (status, command, minutes, words) => {
      const execution = apply(refund, started(refund).execution, command, minutes);
      expect(execution.status).toBe(status);
      expect(shownText(taskCard({ execution, definition: refund }).blocks)).toContain(words);
    },
  );
});

describe('large and hostile tasks', () => {
  it('fits 50 steps that were all decided with long reasons', async () => {
    const steps = Array.from({ length: 50 }, (_, index) => human(`step_${index}_${'n'.repeat(50)}`));
    const workflow = definition(steps);
    let { execution } = started(workflow);
    for (let index = 0; index < 49; index += 1)
      execution = apply(workflow, execution, decide(execution, 'approved', 'because '.repeat(200)), index);
    const card = taskCard({ execution, definition: workflow });
    await expectSlackAccepts(card);
    const text = shownText(card.blocks);
    for (let index = 0; index < 50; index += 1) expect(text).toContain(`Step ${index} n`);
    expect(text).toContain('waiting for <@U0BO>');
  });

  it('leaves out the earliest visits of a long loop, and says how many', async () => {
    const workflow = definition([
      human('again', {
        maxVisits: 300,
        handoffs: [
          { condition: 'approved', to: 'complete' },
          { condition: 'rejected', to: 'again' },
        ],
      }),
    ]);
    let { execution } = started(workflow);
    for (let index = 0; index < 250; index += 1)
      execution = apply(workflow, execution, decide(execution, 'rejected', 'once more'), index);
    const card = taskCard({ execution, definition: workflow });
    await expectSlackAccepts(card);
    expect(shownText(card.blocks)).toMatch(/… \d+ earlier steps, not shown here/);
    expect(shownText(card.blocks)).toContain('(visit 251)');
  });

  it.each([hostileText, 'n'.repeat(3_000), '* _ ~ `', '😀'.repeat(500), ' '])(
    'takes any text anywhere: %#',
    async (text) => {
      const workflow = { ...definition([human('ok', { assignees: ['U0BO', text, '@x'] })]), name: text };
      const inputs = Object.fromEntries(
        'abcdefghij'.split('').map((key) => [`${key} ${text}`.replaceAll('.', ''), text]),
      );
      const card = taskCard({ ...started(workflow, { inputs }), definition: workflow });
      await expectSlackAccepts(card);
      expectNothingHostile(card);
    },
  );
});
