import type { EventType } from './event.ts';

/** What stands in the log of a task and is told to nobody outside: the steps that it is about have events of their own. */
type LogOnlyEventType = 'WORKFLOW_EXECUTION_REROUTED' | 'WORKFLOW_EXECUTION_MOVED';

/** What receivers outside can be told: what happens to tasks, and what is about the workflow itself. */
export type OutboundEventType =
  | Exclude<EventType, LogOnlyEventType>
  | 'WORKFLOW_STEP_CREATED'
  | 'PLUGIN_INSTALLED';

/** A table, so that a type that is added to the engine and forgotten here does not compile. */
const types: Readonly<Record<OutboundEventType, true>> = {
  WORKFLOW_EXECUTION_STARTED: true,
  WORKFLOW_EXECUTION_COMPLETED: true,
  WORKFLOW_EXECUTION_FAILED: true,
  WORKFLOW_EXECUTION_CANCELLED: true,
  WORKFLOW_EXECUTION_EXPIRED: true,
  WORKFLOW_STEP_CREATED: true,
  WORKFLOW_STEP_EXECUTION_SCHEDULED: true,
  WORKFLOW_STEP_EXECUTION_STARTED: true,
  WORKFLOW_STEP_EXECUTION_COMPLETED: true,
  WORKFLOW_STEP_EXECUTION_FAILED: true,
  WORKFLOW_STEP_EXECUTION_CANCELLED: true,
  WORKFLOW_STEP_EXECUTION_REMINDER: true,
  WORKFLOW_STEP_EXECUTION_DECIDED: true,
  WORKFLOW_STEP_EXECUTION_REASSIGNED: true,
  WORKFLOW_STEP_EXECUTION_ESCALATED: true,
  WORKFLOW_STEP_EXECUTION_RETRIED: true,
  PLUGIN_INSTALLED: true,
};

/** Every type that a plugin may name. */
export const outboundEventTypes = Object.keys(types) as OutboundEventType[];
