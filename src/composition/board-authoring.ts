import type { KnownBlock, ModalView } from '@slack/types';
import { addStepForm, readAddStepForm } from '../../blocks/add-step-form.ts';
import { partForms } from '../../blocks/authoring/parts.ts';
import type { PartContext } from '../../blocks/authoring/step-part.ts';
import { renameStep } from '../../blocks/authoring/step-references.ts';
import { readStartForm, startForm } from '../../blocks/start-form.ts';
import { stepRoutes } from '../../blocks/step-routes.ts';
import { triggerSentence } from '../../blocks/triggers/starters.ts';
import { describeRoutes } from '../../blocks/workflow-words.ts';
import type { Step } from '../domain/definition.ts';
import type { BoardAuthoring, StepContext, StepEdge } from '../http/board/board-authoring.ts';

/** The forms of Slack as the board uses them. */
export const boardAuthoring: BoardAuthoring = {
  parts(given) {
    const context = partContext(given);
    return applicable(given.step).map(([part, form]) => ({
      part,
      label: form.label,
      summary: form.summary(context),
      blocks: form.blocks(context),
    }));
  },
  readPart(given, part, state) {
    const form = applicable(given.step).find(([name]) => name === part)?.[1];
    if (form === undefined) return null;
    const { step, errors, place } = form.read(partContext(given), state);
    const { steps } = given.definition;
    const replaced = steps.map((other) => (other.id === step.id ? step : other));
    const renamed =
      step.name === given.step.name ? replaced : renameStep(replaced, given.step.name, step.name);
    return { steps: place === undefined ? renamed : moved(renamed, step.id, place), errors };
  },
  addBlocks: (type, { workflow, definition, resources }) =>
    blocksOf(addStepForm({ type, workflow, definition, resources, metadata: '', hasPickers: false })),
  readAdd: (type, { definition, resources }, state) =>
    readAddStepForm({ type, definition, resources }, state),
  edges: (definition) =>
    definition.steps.flatMap((step) =>
      stepRoutes(definition, step).map(
        ({ label, target }): StepEdge => ({
          from: step.id,
          label,
          to:
            target.kind === 'step'
              ? { kind: 'step', stepId: target.step.id }
              : target.kind === 'end'
                ? { kind: 'end' }
                : null,
        }),
      ),
    ),
  routes: describeRoutes,
  startBlocks: (workflow, inputsSchema) => blocksOf(startForm({ workflow, inputsSchema, metadata: '' })),
  readStart: (schema, state) => readStartForm(schema, state, {}),
  trigger: triggerSentence,
};

/** Our own forms are made of blocks that Slack's types know. */
function blocksOf(view: ModalView): KnownBlock[] {
  return view.blocks as KnownBlock[];
}

function partContext({ workflow, definition, step, resources }: StepContext): PartContext {
  return { workflow, definition, step, resources, hasPickers: false };
}

/** What a page can ask. The tool of a step is chosen together with its arguments, which needs two forms: see the definition. */
function applicable(step: Step): (readonly [string, (typeof partForms)[keyof typeof partForms]])[] {
  return Object.entries(partForms).filter(([part, form]) => part !== 'tool' && form.appliesTo(step));
}

function moved(steps: readonly Step[], stepId: string, place: number): Step[] {
  const step = steps.find(({ id }) => id === stepId);
  if (step === undefined) return [...steps];
  return steps.filter(({ id }) => id !== stepId).toSpliced(place, 0, step);
}
