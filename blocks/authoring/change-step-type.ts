import {
  defaultCondition,
  type Handoff,
  type Step,
  type StepInput,
  type StepType,
} from '../../src/domain/definition.ts';
import { stepTitle } from '../task-view.ts';

/** The step as one of another type, with everything that both types have. */
export function changeStepType(step: Step, type: StepType): Step {
  const { id, name, description, outputSchema, maxVisits } = step;
  const handoffs = step.handoffs === undefined ? undefined : keepHandoffs(step, type, step.handoffs);
  const common = {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(handoffs === undefined || handoffs.length === 0 ? {} : { handoffs }),
    ...(maxVisits === undefined ? {} : { maxVisits }),
  };
  switch (type) {
    case 'WAIT':
      return { ...common, type, for: '1d' };
    case 'HUMAN':
      return { ...common, ...askedOf(step), type };
    case 'USER_MESSAGE':
      return { ...common, ...askedOf(step), type };
    default:
      return step;
  }
}

/** Handoffs that name an outcome match nothing where there are no outcomes. */
function keepHandoffs(step: Step, type: StepType, handoffs: readonly Handoff[]): Handoff[] {
  if (step.type !== 'HUMAN' || type === 'HUMAN') return [...handoffs];
  return handoffs.filter(({ condition, when }) => condition === defaultCondition || when !== undefined);
}

/** What steps that wait for people have in common. */
function askedOf(
  step: Step,
): Pick<Extract<StepInput, { type: 'HUMAN' }>, 'inputsTemplate' | 'assignees' | 'reminder' | 'deadline'> {
  if (step.type !== 'HUMAN' && step.type !== 'USER_MESSAGE') {
    return { inputsTemplate: { message: stepTitle(step) } };
  }
  const first = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  const assignees = [...first, ...(step.assignees ?? [])];
  const { inputsTemplate, reminder, deadline } = step;
  return {
    inputsTemplate,
    ...(assignees.length === 0 ? {} : { assignees }),
    ...(reminder === undefined ? {} : { reminder }),
    ...(deadline?.then === 'escalate' ? { deadline } : {}),
  };
}
