import { describe, expect, it } from 'vitest';
import { outcomeNote, stepNote } from '../../../blocks/notes.ts';
import { slackTime } from '../../../blocks/people.ts';
import { reminderMessage } from '../../../blocks/reminder.ts';
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
} from '../../support/builders.ts';
import {
  buttonLabels,
  expectNothingHostile,
  expectSlackAccepts,
  hostileText,
  shownText,
} from './slack-accepts.ts';

const workflow = {
  ...definition([
    human('manager_ok', {
      inputsTemplate: { message: 'Approve <it>?' },
      deadline: { after: '1h', then: 'escalate', escalateTo: ['@lead'] },
    }),
  ]),
  name: 'Refund approval',
};
const at5 = slackTime(minutesAfterStart(5));

function apply(of: Definition, execution: ExecutionState, command: Command, minutes = 5): ExecutionState {
  return transition(of, execution, command, minutesAfterStart(minutes)).execution;
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

describe('stepNote', () => {
  it('says who decided what, when and why', async () => {
    const { execution } = started(workflow);
    const note = stepNote({
      definition: workflow,
      execution: apply(workflow, execution, decide(execution, 'approved', 'within budget')),
      stepIndex: 0,
      about: 'decided',
    });
    expect(note.text).toBe(`✅ Manager ok: Approved by <@U0BO>, ${at5}: within budget`);
    await expectSlackAccepts(note);
  });

  it("puts no tick on a refusal, and keeps the button's and the step's own words", () => {
    const own = definition([
      human('lead_ok', {
        description: 'The lead decides',
        outcomes: [{ name: 'rejected', label: 'Not now', style: 'danger' }],
      }),
    ]);
    const { execution } = started(own);
    const decided = apply(own, execution, decide(execution, 'rejected', null));
    const note = stepNote({ definition: own, execution: decided, stepIndex: 0, about: 'decided' });
    expect(note.text).toBe(`❌ The lead decides: “Not now” chosen by <@U0BO>, ${at5}.`);
  });

  it('says to whom it was escalated', () => {
    const execution = apply(workflow, started(workflow).execution, { type: 'wake' }, 60);
    expect(stepNote({ definition: workflow, execution, stepIndex: 0, about: 'escalated' }).text).toBe(
      `⏫ Manager ok: Nobody answered in time. Escalated to @lead ${slackTime(minutesAfterStart(60))}.`,
    );
  });

  it('says that nobody decided, and how it went on', () => {
    const timed = definition([human('ok', { deadline: { after: '5m', then: 'rejected' } })]);
    const execution = apply(timed, started(timed).execution, { type: 'wake' });
    expect(stepNote({ definition: timed, execution, stepIndex: 0, about: 'timed-out' }).text).toBe(
      `⌛ Ok: Nobody decided by ${at5}; it went on as “Reject”.`,
    );
  });

  it('tells the person who started it what could not be delivered', () => {
    const execution = apply(workflow, started(workflow).execution, {
      type: 'report-undeliverable',
      stepIndex: 0,
      recipient: 'bo@example.com',
      reason: '<!channel> odd',
    });
    const note = stepNote({ definition: workflow, execution, stepIndex: 0, about: 'undeliverable' });
    expect(note.text).toContain('<@U0ANA>');
    expect(note.text).toContain('Slack could not deliver this to bo@example.com: &lt;!channel&gt; odd.');
  });

  it('says who marked a message as done', () => {
    const plain = definition([userMessage('laptop')]);
    const { execution } = started(plain);
    const done = apply(plain, execution, {
      type: 'complete',
      stepExecutionId: currentId(execution),
      outcome: null,
      comment: null,
      output: null,
      by: { kind: 'key', keyId: 'k', name: 'HR <system>' },
    });
    expect(stepNote({ definition: plain, execution: done, stepIndex: 0, about: 'completed' }).text).toBe(
      `✅ Laptop: Done by HR &lt;system&gt;, ${at5}.`,
    );
  });
});

describe('outcomeNote', () => {
  const two = { ...definition([human('ok'), userMessage('tell')]), name: 'Refund' };
  const own = { outcomes: [{ name: 'no', label: 'Not now', style: 'danger' }] } as const;
  const ownWords = { ...definition([human('ok', { outcomes: [...own.outcomes] })]), name: 'Refund' };
  const timed = {
    ...definition([human('ok', { deadline: { after: '5m', then: 'rejected' } })]),
    name: 'Refund',
  };

  function finish(
    of: Definition,
    { execution }: { execution: ExecutionState },
    outcome: string,
  ): ExecutionState {
    const decided = apply(of, execution, decide(execution, outcome, 'because'));
    if (decided.status === 'COMPLETED') return decided;
    const stepExecutionId = currentId(decided);
    const by = person('chi');
    return apply(of, decided, {
      type: 'complete',
      stepExecutionId,
      outcome: null,
      comment: null,
      output: null,
      by,
    });
  }

  it.each([
    ['what the note above it does not say', workflow, 'rejected', '❌', 'rejected.'],
    ["the button's own words", ownWords, 'no', '❌', '“Not now” was chosen.'],
    ['by whom when more was said since', two, 'approved', '✅', 'approved by <@U0BO>.'],
  ])('tells the person who started it how it ended, shortly: %s', async (_what, of, outcome, icon, how) => {
    const execution = finish(of, started(of), outcome);
    const note = outcomeNote({ definition: of, execution });
    expect(note.text).toBe(`<@U0ANA> ${icon} ${of.name} #${taskRef(execution.id)} is complete: ${how}`);
    await expectSlackAccepts(note);
  });

  it('tells all of the decision where there is no thread that has told it', () => {
    const { execution } = started(workflow);
    const fromApi: ExecutionState = { ...execution, origin: { kind: 'api' } };
    const done = apply(workflow, fromApi, decide(fromApi, 'rejected', 'too much'));
    expect(outcomeNote({ definition: workflow, execution: done }).text).toBe(
      `<@U0ANA> ❌ Refund approval #${taskRef(execution.id)} is complete: rejected by <@U0BO>, ${at5}: too much`,
    );
  });

  it('tells that it ended because nobody decided', () => {
    const execution = apply(timed, started(timed).execution, { type: 'wake' });
    expect(outcomeNote({ definition: timed, execution }).text).toContain(
      'is complete: nobody decided in time, so it went on as “Reject”.',
    );
  });

  it('is short when nothing was decided', () => {
    const plain = definition([]);
    expect(outcomeNote({ definition: plain, ...started(plain) }).text).toMatch(/✅ .* is complete\.$/);
  });

  it('tells where and why it stopped, and what can be done', () => {
    const broken = definition([human('ok', { assignees: ['nobody at all'] })]);
    const { execution } = started(broken);
    const note = outcomeNote({ definition: broken, execution });
    expect(note.text).toContain('has stopped at Ok: ');
    expect(note.text).toContain('which names nobody');
    expect(note.text).toContain('What to do: Name somebody');
  });

  it.each([
    ['was cancelled by <@U0ANA>', { type: 'cancel', reason: 'a duplicate', by: person('ana') }, 5],
    ['expired', { type: 'wake' }, 366 * 24 * 60],
  ] satisfies [string, Command, number][])('tells that it %s', (words, command, minutes) => {
    const plain = definition([human('ok')]);
    const execution = apply(plain, started(plain).execution, command, minutes);
    const note = outcomeNote({ definition: plain, execution });
    expect(note.text).toContain(words);
    if (command.type === 'cancel') expect(shownText(note)).toContain('a duplicate');
  });

  it('addresses nobody when a program started it', () => {
    const { execution } = started(workflow, { startedBy: { kind: 'key', keyId: 'k', name: 'CI' } });
    const done = apply(workflow, execution, decide(execution, 'approved', null));
    expect(outcomeNote({ definition: workflow, execution: done }).text).toMatch(/^✅/);
  });
});

describe('reminderMessage', () => {
  it('says what still waits, since when and until when, without buttons that could grow old', async () => {
    const { execution } = started(workflow);
    const reminder = reminderMessage({ definition: workflow, execution, stepIndex: 0, reminder: 2 });
    const text = shownText(reminder.blocks);
    expect(text).toContain('Still waiting for your decision on “Approve &lt;it&gt;?”');
    expect(text).toContain(
      `since ${slackTime(minutesAfterStart(0))}. Due ${slackTime(minutesAfterStart(60))}`,
    );
    expect(buttonLabels(reminder)).toEqual([]);
    await expectSlackAccepts(reminder);
  });
});

it('takes any text in notes and reminders', async () => {
  const hostile = {
    ...definition([human('ok', { inputsTemplate: { message: hostileText } })]),
    name: hostileText,
  };
  const { execution } = started(hostile);
  const done = apply(hostile, execution, decide(execution, 'rejected', hostileText.repeat(30)));
  for (const message of [
    reminderMessage({ definition: hostile, execution, stepIndex: 0, reminder: 1 }),
    stepNote({ definition: hostile, execution: done, stepIndex: 0, about: 'decided' }),
    outcomeNote({ definition: hostile, execution: done }),
  ]) {
    await expectSlackAccepts(message);
    expectNothingHostile(message);
  }
});
