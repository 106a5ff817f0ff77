import { defaultMaxVisits } from '../../src/domain/definition.ts';
import type { FormErrors } from '../form-errors.ts';
import { readText } from '../form-reader.ts';
import { textInput } from './form-inputs.ts';
import { type StepPartForm, withField } from './step-part.ts';

export const visitsPartBlocks = { max: 'visits_max' } as const;

const largest = 1_000;

/** How often a task may come to a step, so that no way round is gone for ever. */
export const visitsPart: StepPartForm = {
  label: 'Repeats',
  title: 'How often at most',
  appliesTo: () => true,
  summary: ({ step: { maxVisits } }) =>
    maxVisits === undefined
      ? `As usual: a task may come here ${defaultMaxVisits} times`
      : `A task may come here ${maxVisits === 1 ? 'once' : `${maxVisits} times`}`,
  blocks: ({ step: { maxVisits } }) => [
    textInput({
      blockId: visitsPartBlocks.max,
      label: 'How often may a task come here at most?',
      hint: `It matters where a way leads back here. A task that comes here more often stops as failed, and its owners can send it on. Empty: ${defaultMaxVisits} times.`,
      max: 4,
      optional: true,
      initial: maxVisits === undefined ? '' : String(maxVisits),
    }),
  ],
  read: ({ step }, state) => {
    const errors: FormErrors = {};
    const typed = readText(state, visitsPartBlocks.max);
    const maxVisits = typed === '' ? undefined : Number(typed);
    if (maxVisits !== undefined && (!Number.isInteger(maxVisits) || maxVisits < 1 || maxVisits > largest))
      errors[visitsPartBlocks.max] = `Must be a whole number from 1 to ${largest}.`;
    return { step: withField(step, 'maxVisits', maxVisits), errors };
  },
};
