import type { Step } from '../../src/domain/definition.ts';
import { readText } from '../form-reader.ts';
import { describeAssignees } from '../workflow-words.ts';
import { durationProblem, readDuration } from './duration-words.ts';
import { choiceInput, readChoice, textInput } from './form-inputs.ts';
import { type StepPartForm, withField, without } from './step-part.ts';
import { findTemplateProblem } from './template-problem.ts';

export const waitPartBlocks = { kind: 'wait_kind', value: 'wait_value' } as const;

const kinds = [
  ['for', 'For a time, such as 2d'],
  ['until', 'Until a time, such as {{inputs.start}}'],
  ['signal', 'For a signal that a program sends'],
] as const;
type Kind = (typeof kinds)[number][0];

/** What a step waits for. */
export const waitPart: StepPartForm = {
  label: 'What it waits for',
  title: 'What it waits for',
  appliesTo: ({ type }) => type === 'WAIT',
  summary: ({ step }) => `Waits ${describeAssignees(step)}`,
  blocks: ({ step }) => waitInputs(kindOf(step), valueOf(step)),
  read: ({ definition, step }, state) => {
    const { field, value, problem } = readWait(state, definition, kindOf(step));
    const bare = without(step, 'for', 'until', 'signal');
    return {
      step: withField(bare, field, value),
      errors: problem === null ? {} : { [waitPartBlocks.value]: problem },
    };
  },
};

/** Asks what to wait for; also used where a step is made. */
export function waitInputs(kind: Kind, value: string): ReturnType<typeof textInput>[] {
  return [
    choiceInput({ blockId: waitPartBlocks.kind, label: 'Wait', choices: kinds, initial: kind }),
    textInput({
      blockId: waitPartBlocks.value,
      label: 'How long, until when, or for which signal?',
      hint: 'A length of time such as 30m, 4h or 2d; a time such as 2026-03-01T09:00:00Z, or a template that gives one; or the name of the signal.',
      max: 500,
      initial: value,
    }),
  ];
}

/** The field of the step that was filled in, and what is wrong with it. */
export function readWait(
  state: Parameters<StepPartForm['read']>[1],
  definition: Parameters<typeof findTemplateProblem>[1],
  before: Kind = 'for',
): { field: Kind; value: string; problem: string | null } {
  const field = readChoice<Kind>(state, waitPartBlocks.kind, ['for', 'until', 'signal'], before);
  const typed = readText(state, waitPartBlocks.value);
  if (typed === '') return { field, value: typed, problem: 'Please fill this in.' };
  if (field === 'for') {
    const duration = readDuration(typed);
    return { field, value: duration ?? typed, problem: duration === null ? durationProblem : null };
  }
  if (field === 'until') return { field, value: typed, problem: findTemplateProblem(typed, definition) };
  const isName = /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/.test(typed);
  const problem = isName ? null : 'Use letters, digits and _ only, beginning with a letter or _.';
  return { field, value: typed, problem };
}

function kindOf(step: Step): Kind {
  if (step.type !== 'WAIT' || step.for !== undefined) return 'for';
  return step.until === undefined ? 'signal' : 'until';
}

function valueOf(step: Step): string {
  return step.type === 'WAIT' ? (step.for ?? step.until ?? step.signal ?? '') : '';
}
