import type { Step } from '../../src/domain/definition.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { readYesNo, textInput, yesNoInput } from './form-inputs.ts';
import { type StepPartForm, withField } from './step-part.ts';

export const rulesPartBlocks = {
  required: 'rules_required',
  refusals: 'rules_refusals',
  starter: 'rules_starter',
  previous: 'rules_previous',
} as const;

const maxRequired = 50;

/** How many must agree, and who may not decide. */
export const rulesPart: StepPartForm = {
  label: 'Rules',
  title: 'Rules of the decision',
  appliesTo: ({ type }) => type === 'HUMAN',
  summary: ({ step }) => {
    const { required = 1, rejectionsRequired = 1, excludeStarter, excludePrevious } = policyOf(step);
    return [
      required === 1 ? 'One person decides' : `${required} people must agree`,
      ...(rejectionsRequired === 1 ? [] : [`${rejectionsRequired} must refuse`]),
      ...(excludeStarter === true ? ['not who started the task'] : []),
      ...(excludePrevious === true ? ['not who decided before'] : []),
    ].join(', ');
  },
  blocks: ({ step }) => {
    const {
      required = 1,
      rejectionsRequired = 1,
      excludeStarter = false,
      excludePrevious = false,
    } = policyOf(step);
    return [
      textInput({
        blockId: rulesPartBlocks.required,
        label: 'How many people must agree?',
        max: 2,
        initial: String(required),
      }),
      textInput({
        blockId: rulesPartBlocks.refusals,
        label: 'How many people must refuse, to refuse?',
        hint: 'By a red button. Usually one is enough.',
        max: 2,
        initial: String(rejectionsRequired),
      }),
      yesNoInput({
        blockId: rulesPartBlocks.starter,
        label: 'May whoever started the task decide?',
        initial: !excludeStarter,
      }),
      yesNoInput({
        blockId: rulesPartBlocks.previous,
        label: 'May whoever decided an earlier step decide this one too?',
        initial: !excludePrevious,
      }),
    ];
  },
  read: ({ step }, state) => {
    const errors: FormErrors = {};
    const { required, rejectionsRequired, excludeStarter, excludePrevious, ...others } = policyOf(step);
    const agree = readCount(state, rulesPartBlocks.required, required ?? 1, errors);
    const refuse = readCount(state, rulesPartBlocks.refusals, rejectionsRequired ?? 1, errors);
    const policy = {
      ...others,
      ...(agree === 1 ? {} : { required: agree }),
      ...(refuse === 1 ? {} : { rejectionsRequired: refuse }),
      ...(readYesNo(state, rulesPartBlocks.starter, excludeStarter !== true) ? {} : { excludeStarter: true }),
      ...(readYesNo(state, rulesPartBlocks.previous, excludePrevious !== true)
        ? {}
        : { excludePrevious: true }),
    };
    const isEmpty = Object.keys(policy).length === 0;
    return { step: withField(step, 'policy', isEmpty ? undefined : policy), errors };
  },
};

function readCount(state: FormState, blockId: string, before: number, errors: FormErrors): number {
  const typed = readText(state, blockId);
  if (typed === '') return before;
  const count = Number(typed);
  if (Number.isInteger(count) && count >= 1 && count <= maxRequired) return count;
  errors[blockId] = `Must be a whole number from 1 to ${maxRequired}.`;
  return before;
}

function policyOf(step: Step): NonNullable<Extract<Step, { type: 'HUMAN' }>['policy']> {
  return step.type === 'HUMAN' ? (step.policy ?? {}) : {};
}
