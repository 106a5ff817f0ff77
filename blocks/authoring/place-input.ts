import type { Step } from '../../src/domain/definition.ts';
import { clip } from '../escape.ts';
import { uniqueStepTitle } from '../task-view.ts';
import { choiceInput } from './form-inputs.ts';
import type { FormState } from '../form-reader.ts';

export const placeBlockId = 'place';

/** Asks where among the others a step stands. `index`: where it stands now, among the others. */
export function placeInput(
  others: readonly Step[],
  index: number,
  label: string,
): ReturnType<typeof choiceInput> {
  const choices = others.map(
    (step, at) => [String(at + 1), `After ${at + 1}. ${clip(uniqueStepTitle(others, step), 60)}`] as const,
  );
  return choiceInput({
    blockId: placeBlockId,
    label,
    hint: 'A step without routes of its own leads to the one that follows it.',
    choices: [['0', 'First'], ...choices],
    initial: String(index),
  });
}

/** The chosen place; `fallback` when none was chosen, or one that is no more. */
export function readPlace(state: FormState, count: number, fallback: number): number {
  const chosen = state[placeBlockId]?.['value']?.selected_option?.value;
  const place = chosen === undefined ? fallback : Number(chosen);
  return Number.isInteger(place) && place >= 0 && place <= count ? place : fallback;
}
