import type { KnownBlock } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { bold, context } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { stepTitle } from '../task-view.ts';

/** "Manager approval, step 2 of 5 of Refund": what a form is about. */
export function stepContext(
  workflow: Pick<Workflow, 'name'>,
  { steps }: Pick<Definition, 'steps'>,
  step: Step,
): KnownBlock {
  const index = steps.findIndex(({ id }) => id === step.id);
  return context(
    `${bold(stepTitle(step))}, step ${index + 1} of ${steps.length} of ${clip(inline(workflow.name), 200)}`,
  );
}
