import type { Reminder, Step } from '../../src/domain/definition.ts';
import { durationMs } from '../../src/domain/duration.ts';
import type { FormErrors } from '../form-errors.ts';
import { readText } from '../form-reader.ts';
import { durationHint, durationProblem, durationWords, readDuration } from './duration-words.ts';
import { readYesNo, textInput, yesNoInput } from './form-inputs.ts';
import { type StepPartForm, withField } from './step-part.ts';

export const reminderPartBlocks = {
  every: 'reminder_every',
  max: 'reminder_max',
  workingHours: 'reminder_working_hours',
} as const;

const usualMax = 3;
const largestMax = 50;
const shortestMs = 60_000;

/** When whoever has not answered is reminded. */
export const reminderPart: StepPartForm = {
  label: 'Reminder',
  title: 'Reminder',
  appliesTo: ({ type }) => type === 'HUMAN' || type === 'USER_MESSAGE',
  summary: ({ step }) => {
    const reminder = reminderOf(step);
    if (reminder === undefined) return 'Nobody is reminded';
    const { every, max = usualMax, workingHours = true } = reminder;
    return `Every ${durationWords(every)}, at most ${max} times${workingHours ? ', in working hours' : ''}`;
  },
  blocks: ({ step }) => {
    const { every = '', max = usualMax, workingHours = true } = reminderOf(step) ?? {};
    return [
      textInput({
        blockId: reminderPartBlocks.every,
        label: 'Remind after every',
        hint: `${durationHint} Empty: nobody is reminded.`,
        max: 20,
        optional: true,
        initial: every,
      }),
      textInput({
        blockId: reminderPartBlocks.max,
        label: 'How many times at most?',
        max: 2,
        optional: true,
        initial: String(max),
      }),
      yesNoInput({
        blockId: reminderPartBlocks.workingHours,
        label: 'Only in the working hours of whoever is asked?',
        initial: workingHours,
      }),
    ];
  },
  read: ({ step }, state) => {
    const errors: FormErrors = {};
    const typedEvery = readText(state, reminderPartBlocks.every);
    const typedMax = readText(state, reminderPartBlocks.max);
    const before = reminderOf(step);
    const every = readDuration(typedEvery);
    const max = typedMax === '' ? usualMax : Number(typedMax);
    const workingHours = readYesNo(state, reminderPartBlocks.workingHours, before?.workingHours ?? true);
    if (typedEvery === '') return { step: withField(step, 'reminder', undefined), errors };
    if (every === null) errors[reminderPartBlocks.every] = durationProblem;
    else if (durationMs(every) < shortestMs) errors[reminderPartBlocks.every] = 'Must be at least a minute.';
    if (!Number.isInteger(max) || max < 1 || max > largestMax)
      errors[reminderPartBlocks.max] = `Must be a whole number from 1 to ${largestMax}.`;
    const reminder: Reminder = {
      every: every ?? typedEvery,
      ...(max === usualMax && before?.max === undefined ? {} : { max }),
      ...(workingHours && before?.workingHours === undefined ? {} : { workingHours }),
    };
    return { step: withField(step, 'reminder', reminder), errors };
  },
};

function reminderOf(step: Step): Reminder | undefined {
  return step.type === 'HUMAN' || step.type === 'USER_MESSAGE' ? step.reminder : undefined;
}
