import type { ExecutionState } from '../../../domain/execution.ts';

/**
 * Everybody who was ever asked at one visit to a step, and for whom they stand in: what the engine needs to know
 * of a person, also to say what took the ask from them.
 */
export function askedAt({ stack }: ExecutionState, stepExecutionId: string): string[] {
  const { asks = [], assignees = [] } = stack.find(({ id }) => id === stepExecutionId) ?? {};
  const asked = asks.flatMap(({ recipient, onBehalfOf }) =>
    onBehalfOf === null ? [recipient] : [recipient, onBehalfOf],
  );
  return [...new Set([...assignees, ...asked])];
}
