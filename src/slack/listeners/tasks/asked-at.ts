import { recipientsOf } from '../../../domain/asks.ts';
import type { ExecutionState } from '../../../domain/execution.ts';

/** Everybody who was ever asked at one visit to a step. */
export function askedAt({ stack }: ExecutionState, stepExecutionId: string): string[] {
  const visit = stack.find(({ id }) => id === stepExecutionId);
  return visit === undefined ? [] : recipientsOf(visit);
}
