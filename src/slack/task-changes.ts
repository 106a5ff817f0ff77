import type { ExecutionState } from '../domain/execution.ts';

/** Tells those who show lists of tasks that one of them has changed. */
export interface TaskChanges {
  announce(execution: ExecutionState): void;
  /** The listener must not throw. */
  subscribe(listener: (execution: ExecutionState) => void): void;
}

export function createTaskChanges(): TaskChanges {
  const listeners: ((execution: ExecutionState) => void)[] = [];
  return {
    announce: (execution) => {
      for (const listener of listeners) listener(execution);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
