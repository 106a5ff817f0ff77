import { describe, expect, it } from 'vitest';
import { awayForm } from '../../../blocks/away/away-form.ts';
import { awayNotice, backNotice, handedOverNotice } from '../../../blocks/away/away-notices.ts';
import { awaySettings } from '../../../blocks/away/away-settings.ts';
import { hoursWords } from '../../../blocks/away/away-words.ts';
import { decisionForm, hasDecisionForm, readDecisionForm } from '../../../blocks/decision-form.ts';
import { editWords } from '../../../blocks/edit-words.ts';
import { message, simpleMessage } from '../../../blocks/elements.ts';
import { ownerNote } from '../../../blocks/owner-note.ts';
import { type HumanStep, outcomesOf } from '../../../src/domain/definition.ts';
import { noSettings } from '../../../src/domain/member-settings.ts';
import { defaultWorkingHours } from '../../../src/domain/working-hours.ts';
import { definition, human, started } from '../../support/builders.ts';
import {
  expectNothingHostile,
  expectSlackAccepts,
  expectSlackAcceptsView,
  hostileText,
} from './slack-accepts.ts';

const now = new Date('2026-11-25T09:00:00.000Z');
const until = new Date('2026-11-27T09:00:00.000Z');
const away = { since: now, until, delegate: 'U0CHI', note: hostileText };

describe('being away', () => {
  it('is shown and asked for in words and forms that Slack takes, whatever was noted', async () => {
    const settings = { ...noSettings('o', 'U0BO'), away };
    const shown = { settings, timeZone: 'Europe/Madrid', now };
    await expectSlackAccepts(message('settings', awaySettings(shown)));
    expectNothingHostile(awaySettings(shown));
    for (const hasPickers of [true, false]) await expectSlackAcceptsView(awayForm({ ...shown, hasPickers }));
    for (const openAsks of [0, 1, 3]) {
      const notice = awayNotice({ away, openAsks });
      await expectSlackAccepts(notice);
      expectNothingHostile(notice);
    }
  });

  it('offers to hand over only to somebody', () => {
    expect(JSON.stringify(awayNotice({ away, openAsks: 3 }))).toContain('Hand them over');
    expect(JSON.stringify(awayNotice({ away: { ...away, delegate: null }, openAsks: 3 }))).not.toContain(
      'Hand',
    );
    expect(JSON.stringify(awayNotice({ away, openAsks: 0 }))).not.toContain('Hand');
  });

  it('says what became of it', () => {
    const hours = { workingHours: null, timeZone: 'UTC' };
    expect(backNotice({ ...hours, wasAway: true }).text).toContain('Welcome back');
    expect(backNotice({ ...hours, wasAway: false }).text).toContain('Nothing changed');
    const changed = backNotice({ ...hours, wasAway: false, workingHours: defaultWorkingHours });
    expect(changed.text).toBe('Your working hours: Mon to Fri, 09:00 to 17:30 (UTC).');
    expect(handedOverNotice({ to: 'U0CHI', handed: 2, problems: ['one'] }).text).toContain('2 asks are with');
  });

  it.each([
    [[1, 2, 3, 4, 5], 'Mon to Fri, 09:00 to 17:30 (UTC)'],
    [[6, 7], 'Sat and Sun, 09:00 to 17:30 (UTC)'],
    [[5, 1, 3], 'Mon, Wed and Fri, 09:00 to 17:30 (UTC)'],
  ])('names the days %j', (days, expected) => {
    expect(hoursWords({ ...defaultWorkingHours, days }, 'UTC')).toBe(expected);
  });
});

describe('the form of a decision', () => {
  const draft = 'A draft. '.repeat(500);
  const step = human('ok', {
    inputsTemplate: { message: hostileText },
    outputSchema: {
      type: 'object',
      properties: { text: { type: 'string' }, long: { type: 'string' }, comment: { type: 'string' } },
      required: ['text', 'long'],
    },
  }) as HumanStep;
  const { execution } = started(definition([step]));
  const [stepExecution] = execution.stack;
  const [approved] = outcomesOf(step);
  const values = { text: hostileText, long: draft };

  function form(): ReturnType<typeof decisionForm> {
    if (stepExecution === undefined || approved === undefined) throw new Error('nothing is asked');
    return decisionForm({ step, outcome: approved, stepExecution, values, metadata: '{}' });
  }

  it('is there for every outcome but a refusal', () => {
    expect(hasDecisionForm(step, 'approved')).toBe(true);
    expect(hasDecisionForm(step, 'rejected')).toBe(false);
    expect(hasDecisionForm(human('plain') as HumanStep, 'approved')).toBe(false);
  });

  it('fits into Slack with a draft that does not, and lets that go on as it is', async () => {
    await expectSlackAcceptsView(form());
    expect(JSON.stringify(form())).toContain('too long to be edited here');
    const sent = { text: { value: { value: 'New' } }, comment: { value: { value: 'A field of this name' } } };
    expect(readDecisionForm(step, sent, values)).toEqual({
      output: { text: 'New', long: draft.trim(), comment: 'A field of this name' },
      comment: null,
      errors: {},
    });
  });

  it('has a reason that no field of the same name is mixed up with', () => {
    const sent = { '/reason': { value: { value: ' Because ' } }, text: { value: { value: 'x' } } };
    expect(readDecisionForm(step, sent, values)).toMatchObject({ comment: 'Because', output: { text: 'x' } });
  });
});

describe('what was edited', () => {
  const status = 'COMPLETED' as const;

  it('is said in short, where it differs', () => {
    const before = `${'Dear customer, thank you for your patience. '.repeat(5)}We are sorry. ${'Best regards from all of us. '.repeat(4)}`;
    const after = before.replace('sorry', 'happy');
    const words = editWords({
      status,
      prefilled: { reply_text: before, same: 1 },
      output: { reply_text: after, same: 1 },
    });
    expect(words).toContain('*Reply text*');
    expect(words).toContain('sorry');
    expect(words).toContain('happy');
    expect(words.length).toBeLessThan(300);
    expect(words).not.toContain('Same');
  });

  it('is told while others have yet to agree, and not once they refused', () => {
    const edited = { drafted: { a: 'x' }, prefilled: { a: 'y' }, output: null };
    expect(editWords({ ...edited, status: 'STARTED' })).toContain('“x” became “y”');
    expect(editWords({ ...edited, status })).toBe('');
  });

  it('is nothing without edits, and is escaped', async () => {
    expect(editWords({ status, prefilled: { a: 'x' }, output: { a: 'x' } })).toBe('');
    expect(editWords({ status, prefilled: { a: 'x' }, output: null })).toBe('');
    const edited = { status, prefilled: { [hostileText]: 'x' }, output: { [hostileText]: hostileText } };
    const note = simpleMessage(editWords(edited));
    await expectSlackAccepts(note);
    expectNothingHostile(note);
  });
});

describe('what the owners are told', () => {
  it('names people, whatever the reason says', async () => {
    const workflow = definition([human('ok', { description: hostileText })]);
    const { execution } = started(workflow);
    const note = ownerNote({
      definition: workflow,
      execution,
      stepIndex: 0,
      reason: `U0BO is away. ${hostileText}`,
    });
    await expectSlackAccepts(note);
    expectNothingHostile(note);
    expect(note.text).toContain('<@U0BO> is away');
  });
});
