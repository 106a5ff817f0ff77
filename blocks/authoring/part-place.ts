import { placeInput, readPlace } from './place-input.ts';
import type { StepPartForm } from './step-part.ts';

/** Where a step stands among the others. */
export const placePart: StepPartForm = {
  label: 'Place',
  title: 'Place',
  appliesTo: () => true,
  summary: ({ definition, step }) =>
    `Step ${definition.steps.findIndex(({ id }) => id === step.id) + 1} of ${definition.steps.length}`,
  blocks: ({ definition, step }) => {
    const others = definition.steps.filter(({ id }) => id !== step.id);
    const index = definition.steps.findIndex(({ id }) => id === step.id);
    return [placeInput(others, index, 'Where does it stand?')];
  },
  read: ({ definition, step }, state) => {
    const index = definition.steps.findIndex(({ id }) => id === step.id);
    return { step, errors: {}, place: readPlace(state, definition.steps.length - 1, index) };
  },
};
