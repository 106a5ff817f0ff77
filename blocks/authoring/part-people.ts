import type { Step } from '../../src/domain/definition.ts';
import type { FormErrors } from '../form-errors.ts';
import { describeAssignees } from '../workflow-words.ts';
import { peopleInputs, readPeople } from './people-input.ts';
import { type StepPartForm, withField, without } from './step-part.ts';

const prefix = 'people';

/** Who is asked, or told. */
export const peoplePart: StepPartForm = {
  label: 'People',
  title: 'People',
  appliesTo: ({ type }) => type === 'HUMAN' || type === 'USER_MESSAGE',
  summary: ({ step }) => describeAssignees(step),
  blocks: ({ definition, step, hasPickers }) =>
    peopleInputs({
      prefix,
      label: step.type === 'HUMAN' ? 'Who decides?' : 'Who gets it?',
      definition,
      people: peopleOf(step),
      hasPickers,
    }),
  read: ({ definition, step }, state) => {
    const errors: FormErrors = {};
    const people = readPeople({ prefix, definition }, state, errors);
    if (people.join('\n') === peopleOf(step).join('\n')) return { step, errors };
    const assignees = people.length === 0 ? undefined : people;
    return { step: withField(without(step, 'assignee'), 'assignees', assignees), errors };
  },
};

function peopleOf(step: Step): string[] {
  if (step.type !== 'HUMAN' && step.type !== 'USER_MESSAGE') return [];
  const own = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  return [...own, ...(step.assignees ?? [])];
}
