import { createHash } from 'node:crypto';

/** Makes a new id: 24 hex digits, different at each call. Passed in, because randomness is I/O. */
export type IdSource = () => string;

const idPattern = /^[0-9a-f]{24}$/;

export function isId(value: string): boolean {
  return idPattern.test(value);
}

/**
 * An id that follows from other facts: the same parts always give the same 24 hex digits. The engine
 * names step executions and events this way, so that a transition needs no randomness and a replay
 * gives the same history.
 */
export function deriveId(...parts: (string | number)[]): string {
  return createHash('sha256').update(parts.join(':')).digest('hex').slice(0, 24);
}

/** The short reference that people type and see for a task: the last six digits of its id. */
export function taskRef(executionId: string): string {
  return executionId.slice(-6);
}
