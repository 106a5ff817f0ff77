import type { KnownBlock, ModalView } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import type { StepResources } from '../../src/domain/step-resources.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { bold, context } from '../elements.ts';
import { clip } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import type { FormState } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { stepTitle } from '../task-view.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { argumentsPart } from './part-arguments.ts';

export interface NewToolStepOptions {
  workflow: Pick<Workflow, 'name'>;
  definition: Definition;
  /** As it is to be added, without arguments. */
  step: Step;
  resources: StepResources;
}

/** Asks for the arguments of a tool that was chosen for a new step. */
export function newToolStepForm(options: NewToolStepOptions, metadata: string): ModalView {
  const { workflow, step } = options;
  return modal({
    callbackId: authoringCallbacks.newToolStep,
    title: 'Arguments',
    submit: 'Add',
    close: 'Cancel',
    metadata,
    blocks: [
      context(`${bold(stepTitle(step))}, a new step of ${bold(clip(workflow.name, 200))}`),
      ...argumentBlocks(options),
    ],
  });
}

/** True when the tool takes something, or its server does not say. */
export function hasArguments(options: NewToolStepOptions): boolean {
  return argumentBlocks(options).some(({ type }) => type === 'input');
}

export function readNewToolStep(
  { workflow, definition, step, resources }: NewToolStepOptions,
  state: FormState,
): { step: Step; errors: FormErrors } {
  return argumentsPart.read({ workflow, definition, step, resources, hasPickers: false }, state);
}

function argumentBlocks({ workflow, definition, step, resources }: NewToolStepOptions): KnownBlock[] {
  return argumentsPart.blocks({ workflow, definition, step, resources, hasPickers: false });
}
