import type { WorkflowEvents } from '../engine/workflows/workflow-events.ts';

/** Tells those who show workflows that one of them has changed, by whatever way. */
export interface WorkflowChanges {
  announce(workflowId: string): void;
  /** The listener must not throw. */
  subscribe(listener: (workflowId: string) => void): void;
}

/** The same events, whose publication is announced: every change of a workflow ends with it. */
export function announceChanges(
  events: WorkflowEvents,
  changes: WorkflowChanges | undefined,
): WorkflowEvents {
  return {
    flush: () => events.flush(),
    publish: async (workflowId) => {
      await events.publish(workflowId);
      changes?.announce(workflowId);
    },
  };
}

export function createWorkflowChanges(): WorkflowChanges {
  const listeners: ((workflowId: string) => void)[] = [];
  return {
    announce: (workflowId) => {
      for (const listener of listeners) listener(workflowId);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
