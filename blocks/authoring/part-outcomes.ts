import type { KnownBlock } from '@slack/types';
import {
  defaultCondition,
  type HumanStep,
  type Outcome,
  outcomesOf,
  type Step,
} from '../../src/domain/definition.ts';
import { context } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import { type FormState, readText } from '../form-reader.ts';
import { stepNameFrom } from '../step-name.ts';
import { choiceInput, readChoice, readYesNo, textInput, yesNoInput } from './form-inputs.ts';
import { type PartResult, type StepPartForm, withField } from './step-part.ts';

const maxOutcomes = 5;
/** As many empty rows as are offered beside those that are filled in. */
const spareRows = 1;
const maxLabelLength = 75;

const styles = [
  ['primary', 'Green: goes ahead'],
  ['danger', 'Red: refuses, one person is enough'],
  ['plain', 'Plain'],
] as const;
type Style = (typeof styles)[number][0];

/** The buttons of a decision. */
export const outcomesPart: StepPartForm = {
  label: 'Buttons',
  title: 'Buttons',
  appliesTo: ({ type }) => type === 'HUMAN',
  summary: ({ step }) =>
    outcomes(step)
      .map(({ label, requireComment }) => {
        const why = requireComment === true ? ' (asks for a reason)' : '';
        return `“${clip(inline(label), 75)}”${why}`;
      })
      .join(', '),
  blocks: ({ step }) => {
    const known = outcomes(step);
    const count = Math.min(known.length + spareRows, maxOutcomes);
    return [
      context('One button for each. A button without a text is left out.'),
      ...Array.from({ length: Math.max(count, 2) }, (_, index) => rowOf(known[index], index)).flat(),
    ];
  },
  read: ({ step }, state) => readOutcomes(step, state),
};

function rowOf(outcome: Outcome | undefined, index: number): KnownBlock[] {
  const number = index + 1;
  return [
    textInput({
      blockId: `outcome_${index}_label`,
      label: `Button ${number}`,
      max: maxLabelLength,
      optional: true,
      initial: outcome?.label ?? '',
    }),
    choiceInput({
      blockId: `outcome_${index}_style`,
      label: `Look of button ${number}`,
      choices: styles,
      initial: styleOf(outcome),
    }),
    yesNoInput({
      blockId: `outcome_${index}_reason`,
      label: `Must a reason be given with button ${number}?`,
      initial: outcome?.requireComment ?? false,
    }),
  ];
}

/** A button keeps its name, by which routes call it, whatever its text becomes. */
function readOutcomes(step: Step, state: FormState): PartResult {
  const known = outcomes(step);
  const read: Outcome[] = [];
  for (let index = 0; index < maxOutcomes; index += 1) {
    const before = known[index];
    const label = oneLine(readText(state, `outcome_${index}_label`));
    if (label === '') continue;
    const style = readChoice<Style>(
      state,
      `outcome_${index}_style`,
      ['primary', 'danger', 'plain'],
      styleOf(before),
    );
    const requireComment = readYesNo(state, `outcome_${index}_reason`, before?.requireComment ?? false);
    const taken = [...known, ...read].map(({ name }) => name);
    read.push({
      name: before?.name ?? stepNameFrom(label, [...taken, defaultCondition]),
      label,
      ...(style === 'plain' ? {} : { style }),
      ...(requireComment ? { requireComment } : {}),
    });
  }
  const first = 'outcome_0_label';
  if (read.length === 0) return { step, errors: { [first]: 'A decision needs at least one button.' } };
  const labels = read.map(({ label }) => label.toLowerCase());
  const twice = read.find(({ label }, index) => labels.indexOf(label.toLowerCase()) < index);
  if (twice !== undefined)
    return { step, errors: { [first]: `Two buttons are called “${clip(twice.label, 80)}”.` } };
  if (isSame(read, known)) return { step, errors: {} };
  const kept = withField(step, 'outcomes', read);
  return { step: withoutGone(kept, known, read), errors: {} };
}

/** Routes of buttons that are no more are taken out with them. */
function withoutGone(step: Step, before: readonly Outcome[], after: readonly Outcome[]): Step {
  const gone = before.filter(({ name }) => !after.some((outcome) => outcome.name === name));
  const handoffs = step.handoffs?.filter(
    ({ condition, when }) => when !== undefined || !gone.some(({ name }) => name === condition),
  );
  return handoffs === undefined
    ? step
    : withField(step, 'handoffs', handoffs.length === 0 ? undefined : handoffs);
}

function isSame(left: readonly Outcome[], right: readonly Outcome[]): boolean {
  const text = (list: readonly Outcome[]): string =>
    JSON.stringify(
      list.map(({ name, label, style, requireComment }) => [name, label, style, requireComment ?? false]),
    );
  return text(left) === text(right);
}

function outcomes(step: Step): readonly Outcome[] {
  return step.type === 'HUMAN' ? outcomesOf(step as HumanStep) : [];
}

function styleOf(outcome: Outcome | undefined): Style {
  return outcome === undefined ? 'plain' : (outcome.style ?? 'plain');
}
