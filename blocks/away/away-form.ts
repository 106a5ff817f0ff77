import type { InputBlock, ModalView } from '@slack/types';
import { type MemberSettings, awayAt, workingHoursOf } from '../../src/domain/member-settings.ts';
import { WorkingHours, wallTimeAt } from '../../src/domain/working-hours.ts';
import { input, option, section } from '../elements.ts';
import type { FormErrors } from '../form-errors.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { inline } from '../escape.ts';
import { modal } from '../modal.ts';
import { recipientMention } from '../people.ts';
import { awayCallbacks } from './away-ids.ts';
import { dayNames } from './away-words.ts';

/** Block ids, for errors. */
export const awayBlocks = {
  until: 'away_until',
  picked: 'away_picked',
  typed: 'away_typed',
  note: 'away_note',
  days: 'away_days',
  from: 'away_from',
  to: 'away_to',
} as const;

const maxNoteLength = 200;
const dayMs = 86_400_000;

/** What was filled in. */
export interface AwayValues {
  /** `2026-12-01`; null: not away. */
  until: string | null;
  /** As it was chosen or typed. */
  delegate: string | null;
  note: string | null;
  workingHours: WorkingHours | null;
  errors: FormErrors;
}

/** Asks until when somebody is away, who stands in, and when they work. */
export function awayForm(options: {
  settings: MemberSettings;
  timeZone: string;
  now: Date;
  hasPickers: boolean;
}): ModalView {
  const { settings, timeZone, now, hasPickers } = options;
  const away = awayAt(settings, now);
  const { days, from, to } = workingHoursOf(settings);
  return modal({
    callbackId: awayCallbacks.form,
    title: 'Away and hours',
    submit: 'Save',
    close: 'Cancel',
    metadata: '',
    blocks: [
      section(`New asks go to whoever stands in, and say for whom. Times are yours (${inline(timeZone)}).`),
      input({
        blockId: awayBlocks.until,
        label: 'Back on',
        hint: 'Leave it empty if you are not away.',
        optional: true,
        element: {
          type: 'datepicker',
          action_id: valueActionId,
          ...(away === null ? {} : { initial_date: dateOf(away.until, timeZone) }),
        },
      }),
      delegateInput(hasPickers, away?.delegate ?? null),
      textInput(awayBlocks.note, 'Note', away?.note ?? '', { optional: true, max: maxNoteLength }),
      daysInput(days),
      textInput(awayBlocks.from, 'Work begins at', from, { optional: false, max: 5 }),
      textInput(awayBlocks.to, 'Work ends at', to, { optional: false, max: 5 }),
    ],
  });
}

export function readAwayForm(state: FormState): AwayValues {
  const [picked] = state[awayBlocks.picked]?.[valueActionId]?.selected_users ?? [];
  const typed = readText(state, awayBlocks.typed);
  const note = readText(state, awayBlocks.note);
  const until = readText(state, awayBlocks.until);
  const hours = WorkingHours.safeParse({
    days: readInput(state, awayBlocks.days).selected.map(Number),
    from: padHour(readText(state, awayBlocks.from)),
    to: padHour(readText(state, awayBlocks.to)),
  });
  return {
    until: until === '' ? null : until,
    delegate: picked ?? (typed === '' ? null : typed),
    note: note === '' ? null : note,
    workingHours: hours.success ? hours.data : null,
    errors: hours.success ? {} : placeHourErrors(hours.error.issues),
  };
}

function placeHourErrors(issues: readonly { path: PropertyKey[]; message: string }[]): FormErrors {
  const errors: FormErrors = {};
  for (const { path, message } of issues) {
    const [field] = path;
    if (field === 'from' || field === 'to') errors[awayBlocks[field]] = `It ${message}.`;
    else errors[awayBlocks.days] = 'Choose the days on which you work.';
  }
  return errors;
}

/** `9:00` is `09:00`. */
function padHour(time: string): string {
  return time.padStart(5, '0');
}

function delegateInput(hasPickers: boolean, delegate: string | null): InputBlock {
  const label = 'Who stands in';
  const hint = 'Without somebody the owners of a workflow are told when it needs you.';
  if (hasPickers) {
    return input({
      blockId: awayBlocks.picked,
      label,
      hint,
      optional: true,
      element: {
        type: 'multi_users_select',
        action_id: valueActionId,
        max_selected_items: 1,
        ...(delegate === null ? {} : { initial_users: [delegate] }),
      },
    });
  }
  const element = textElement(delegate === null ? '' : recipientMention(delegate), 200);
  return input({ blockId: awayBlocks.typed, label, hint, optional: true, element });
}

function daysInput(days: readonly number[]): InputBlock {
  const options = dayNames.map((name, index) => option(name, String(index + 1)));
  const chosen = options.filter(({ value }) => days.includes(Number(value)));
  return input({
    blockId: awayBlocks.days,
    label: 'Working days',
    hint: 'Reminders wait for your working hours, where a workflow says so.',
    element: {
      type: 'checkboxes',
      action_id: valueActionId,
      options,
      ...(chosen.length === 0 ? {} : { initial_options: chosen }),
    },
  });
}

function textInput(
  blockId: string,
  label: string,
  initial: string,
  { optional, max }: { optional: boolean; max: number },
): InputBlock {
  return input({ blockId, label, optional, element: textElement(initial, max) });
}

function textElement(initial: string, max: number): InputBlock['element'] {
  return {
    type: 'plain_text_input',
    action_id: valueActionId,
    max_length: max,
    ...(initial === '' ? {} : { initial_value: initial.slice(0, max) }),
  };
}

/** The date on their calendar. */
function dateOf(time: Date, timeZone: string): string {
  return new Date(wallTimeAt(time, timeZone).day * dayMs).toISOString().slice(0, 10);
}
