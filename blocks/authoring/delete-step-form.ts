import type { KnownBlock, ModalView } from '@slack/types';
import { complete, type Definition, type Step } from '../../src/domain/definition.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { bold, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { FormState } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { joinWords } from '../people.ts';
import { stepTitle, uniqueStepTitle } from '../task-view.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { choiceInput, readChoice } from './form-inputs.ts';
import { stepContext } from './step-context.ts';
import { stepsThatRead } from './step-references.ts';

const redirectBlockId = 'delete_redirect';

/** Asks whether a step shall go, says what else points at it, and where that shall lead instead. */
export function deleteStepForm(options: {
  workflow: Pick<Workflow, 'name'>;
  definition: Definition;
  step: Step;
  metadata: string;
}): ModalView {
  const { workflow, definition, step, metadata } = options;
  const pointing = stepsLeadingTo(definition, step);
  return modal({
    callbackId: authoringCallbacks.deleteStep,
    title: 'Delete step',
    submit: 'Delete',
    close: 'Cancel',
    metadata,
    blocks: [
      stepContext(workflow, definition, step),
      section(`Delete ${bold(stepTitle(step))}? Tasks that are running keep it.`),
      ...pointingBlocks(definition, step, pointing),
      ...readingBlocks(definition, step),
    ],
  });
}

/** Where the handoffs that lead to the step shall lead then; undefined when there are none. */
export function readDeleteStepForm(
  { definition, step }: { definition: Definition; step: Step },
  state: FormState,
): string | undefined {
  if (stepsLeadingTo(definition, step).length === 0) return undefined;
  const names = definition.steps.filter(({ id }) => id !== step.id).map(({ name }) => name);
  return readChoice(state, redirectBlockId, [...names, complete], followerOf(definition, step));
}

/** The steps that have a handoff to the step. */
function stepsLeadingTo({ steps }: Definition, step: Step): Step[] {
  return steps.filter(
    ({ id, handoffs = [] }) => id !== step.id && handoffs.some(({ to }) => to === step.name),
  );
}

function pointingBlocks(definition: Definition, step: Step, pointing: readonly Step[]): KnownBlock[] {
  if (pointing.length === 0) return [];
  const names = joinWords(
    pointing.map((other) => bold(clip(uniqueStepTitle(definition.steps, other), 60))),
    'and',
  );
  const others = definition.steps.filter(({ id }) => id !== step.id);
  return [
    section(`${names} ${pointing.length === 1 ? 'leads' : 'lead'} to it.`),
    choiceInput({
      blockId: redirectBlockId,
      label: 'Where shall that lead instead?',
      choices: [
        ...others
          .slice(0, 99)
          .map((other) => [other.name, uniqueStepTitle(definition.steps, other)] as const),
        [complete, 'Finish the task'],
      ],
      initial: followerOf(definition, step),
    }),
  ];
}

/** Texts that use what comes out of it would fail, so they are named. */
function readingBlocks({ steps }: Definition, step: Step): KnownBlock[] {
  const reading = stepsThatRead(steps, step.name).filter(({ id }) => id !== step.id);
  if (reading.length === 0) return [];
  const names = joinWords(
    reading.map((other) => bold(clip(stepTitle(other), 60))),
    'and',
  );
  const what = `\`{{steps.${inline(step.name)}…}}\``;
  return [
    section(
      `⚠️ ${names} ${reading.length === 1 ? 'uses' : 'use'} ${what}, which will have no value. Change ${reading.length === 1 ? 'it' : 'them'} too, or the task stops there.`,
    ),
  ];
}

function followerOf({ steps }: Definition, step: Step): string {
  const index = steps.findIndex(({ id }) => id === step.id);
  return steps[index + 1]?.name ?? complete;
}
