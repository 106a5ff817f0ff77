import { defaultOutcomes, isRefusal } from '../src/domain/definition.ts';
import { outcomesOfVisit, type Visit } from './task-view.ts';

/**
 * `approved` or `rejected` where the button says no more than *Approve* or *Reject*; null where it has
 * words of its own, which are to be kept. `label` is null when it is not known.
 */
export function usualWord(name: string, label: string | null): string | null {
  const usual = defaultOutcomes.find((outcome) => outcome.name === name);
  if (usual === undefined) return null;
  const isUsual = label === null || label.trim().toLowerCase() === usual.label.toLowerCase();
  return isUsual ? usual.name : null;
}

/** The same for an outcome of a visit. */
export function usualWordOf(visit: Visit, outcome: string): string | null {
  const found = outcomesOfVisit(visit).find(({ name }) => name === outcome);
  return usualWord(outcome, found?.label ?? null);
}

/** True when what came out of the visit says no. */
export function isRefused({ stepExecution, step }: Visit): boolean {
  const { outcome } = stepExecution;
  return step?.type === 'HUMAN' ? isRefusal(step, outcome) : outcome === 'rejected';
}
