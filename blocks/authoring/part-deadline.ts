import type { KnownBlock } from '@slack/types';
import {
  type Deadline,
  defaultCondition,
  escalate,
  failAtDeadline,
  isRefusal,
  outcomesOf,
  type Step,
  timeoutApproves,
} from '../../src/domain/definition.ts';
import { clip, inline } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { listRecipients } from '../people.ts';
import { durationHint, durationProblem, durationWords, readDuration } from './duration-words.ts';
import { choiceInput, readChoice, readYesNo, textInput, yesNoInput } from './form-inputs.ts';
import { peopleBlocks, peopleInputs, readPeople } from './people-input.ts';
import { type PartContext, type PartResult, type StepPartForm, withField } from './step-part.ts';

export const deadlinePartBlocks = {
  after: 'deadline_after',
  then: 'deadline_then',
  warnBefore: 'deadline_warn',
  keepAnswerable: 'deadline_keep',
  confirm: 'deadline_confirm',
} as const;

const prefix = 'deadline_people';
const maxPeople = 20;

/** Until when somebody must have answered, and what happens otherwise. */
export const deadlinePart: StepPartForm = {
  label: 'Deadline',
  title: 'Deadline',
  appliesTo: ({ type }) => type === 'HUMAN' || type === 'USER_MESSAGE',
  summary: ({ step }) => {
    const deadline = deadlineOf(step);
    return deadline === undefined
      ? 'There is no deadline'
      : `After ${durationWords(deadline.after)} ${describeThen(step, deadline)}`;
  },
  blocks: deadlineBlocks,
  read: readDeadline,
};

function deadlineBlocks({ definition, step, hasPickers }: PartContext): KnownBlock[] {
  const deadline = deadlineOf(step);
  const choices = thenChoices(step);
  return [
    textInput({
      blockId: deadlinePartBlocks.after,
      label: 'Must be answered within',
      hint: `${durationHint} Empty: there is no deadline.`,
      max: 20,
      optional: true,
      initial: deadline?.after ?? '',
    }),
    choiceInput({
      blockId: deadlinePartBlocks.then,
      label: 'When nobody has answered by then',
      choices: choices.filter(([value]) => value.length <= 75),
      initial: deadline?.then ?? escalate,
    }),
    ...peopleInputs({
      prefix,
      label: 'Whom to ask instead',
      definition,
      people: deadline?.escalateTo ?? [],
      hasPickers,
      hint: 'Only for “Ask more people”. Such as @lead; @delegate stands for whoever stands in for each of them.',
    }),
    yesNoInput({
      blockId: deadlinePartBlocks.keepAnswerable,
      label: 'May those who were asked first still answer then?',
      initial: deadline?.keepAnswerable ?? true,
    }),
    textInput({
      blockId: deadlinePartBlocks.warnBefore,
      label: 'Warn them before it',
      hint: `${durationHint} Empty: as is usual for the length of the deadline.`,
      max: 20,
      optional: true,
      initial: deadline?.warnBefore ?? '',
    }),
    ...(step.type === 'HUMAN'
      ? [
          choiceInput({
            blockId: deadlinePartBlocks.confirm,
            label: 'May silence approve?',
            choices: [
              ['no', 'No, it never does'],
              ['yes', 'Yes: a timeout approves'],
            ],
            initial: deadline?.confirm === timeoutApproves ? 'yes' : 'no',
          }),
        ]
      : []),
  ];
}

function readDeadline({ definition, step }: PartContext, state: FormState): PartResult {
  const errors: FormErrors = {};
  const before = deadlineOf(step);
  const typedAfter = readText(state, deadlinePartBlocks.after);
  if (typedAfter === '') return { step: withField(step, 'deadline', undefined), errors };
  const known = thenChoices(step).map(([value]) => value);
  const then = readChoice(state, deadlinePartBlocks.then, known, before?.then ?? escalate);
  const people = readPeople({ prefix, definition }, state, errors);
  const keeps = readYesNo(state, deadlinePartBlocks.keepAnswerable, before?.keepAnswerable ?? true);
  const mayApprove = readChoice(state, deadlinePartBlocks.confirm, ['no', 'yes'], 'no') === 'yes';
  const typedWarn = readText(state, deadlinePartBlocks.warnBefore);
  const after = readDuration(typedAfter);
  const warnBefore = readDuration(typedWarn);
  if (after === null) errors[deadlinePartBlocks.after] = durationProblem;
  if (typedWarn !== '' && warnBefore === null) errors[deadlinePartBlocks.warnBefore] = durationProblem;
  if (then === escalate && people.length === 0)
    errors[peopleBlocks(prefix).typed] ??= 'Say whom to ask when nobody answers.';
  if (people.length > maxPeople) errors[peopleBlocks(prefix).typed] ??= `At most ${maxPeople} can be named.`;
  if (isApproval(step, then) && !mayApprove) {
    errors[deadlinePartBlocks.confirm] =
      'This would approve when nobody answers. Choose “Yes: a timeout approves” if that is meant.';
  }
  const deadline: Deadline = {
    after: after ?? typedAfter,
    then,
    ...(people.length === 0 ? {} : { escalateTo: people }),
    ...(keeps && before?.keepAnswerable === undefined ? {} : { keepAnswerable: keeps }),
    ...(typedWarn === '' ? {} : { warnBefore: warnBefore ?? typedWarn }),
    ...(mayApprove ? { confirm: timeoutApproves } : {}),
  };
  return { step: withField(step, 'deadline', deadline), errors };
}

/** What can happen at a deadline, in the words of the form. */
function thenChoices(step: Step): (readonly [string, string])[] {
  const outcomes = step.type === 'HUMAN' ? outcomesOf(step) : [];
  const own = (step.handoffs ?? [])
    .map(({ condition }) => condition)
    .filter((name) => name !== defaultCondition && !outcomes.some((outcome) => outcome.name === name));
  const before = deadlineOf(step)?.then;
  const other = before === undefined || before === escalate || before === failAtDeadline ? [] : [before];
  const names = [...new Set([...own, ...other])].filter(
    (name) => !outcomes.some((outcome) => outcome.name === name),
  );
  return [
    [escalate, 'Ask more people'],
    [failAtDeadline, 'Stop the task, so that somebody looks at it'],
    ...outcomes.map(({ name, label }) => [name, `Go on as “${label}”`] as const),
    ...names.map((name) => [name, `Go on as “${name}”`] as const),
  ];
}

function describeThen(step: Step, { then, escalateTo }: Deadline): string {
  if (then === escalate) {
    const people = (escalateTo ?? []).filter((entry) => !entry.includes('{{'));
    return people.length === 0 ? 'more people are asked' : `it escalates to ${listRecipients(people, 'and')}`;
  }
  if (then === failAtDeadline) return 'the task stops';
  const outcomes = step.type === 'HUMAN' ? outcomesOf(step) : [];
  const label = outcomes.find(({ name }) => name === then)?.label ?? then;
  return `it goes on as “${clip(inline(label), 75)}”`;
}

function isApproval(step: Step, then: string): boolean {
  if (step.type !== 'HUMAN' || !outcomesOf(step).some(({ name }) => name === then)) return false;
  return !isRefusal(step, then);
}

function deadlineOf(step: Step): Deadline | undefined {
  return step.type === 'HUMAN' || step.type === 'USER_MESSAGE' ? step.deadline : undefined;
}
