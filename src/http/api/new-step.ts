import { StepInput } from '../../domain/definition.ts';

/** A step that is to be made: its id is given to it, not sent. */
export const NewStep = StepInput.refine((step) => step.id === undefined, {
  path: ['id'],
  message: 'must be left out: a new step is given its id',
});
export type NewStep = StepInput;
