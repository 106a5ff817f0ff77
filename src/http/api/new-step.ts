import { StepInput } from '../../domain/definition.ts';

/** For a whole step as JSON: fifty of them, the most that a workflow has, fit one document. */
const maxStepLength = 128 * 1024;
/** For any text of a step's inputs, at any depth. */
const maxTextLength = 12_000;

/** A step that is to be made: its id is given to it, not sent. */
export const NewStep = StepInput.refine((step) => step.id === undefined, {
  path: ['id'],
  message: 'must be left out: a new step is given its id',
})
  .refine((step) => JSON.stringify(step).length <= maxStepLength, {
    message: `is longer than ${maxStepLength} characters`,
  })
  .refine((step) => longestText(step.inputsTemplate) <= maxTextLength, {
    path: ['inputsTemplate'],
    message: `has a text of more than ${maxTextLength} characters`,
  });
export type NewStep = StepInput;

function longestText(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((longest, item) => Math.max(longest, longestText(item)), 0);
}
