import type { OutboundEventType } from '../../src/domain/outbound-event-type.ts';

/** What people can choose, in their words. */
export const eventChoices: readonly (readonly [OutboundEventType, string])[] = [
  ['WORKFLOW_EXECUTION_STARTED', 'A task is started'],
  ['WORKFLOW_EXECUTION_COMPLETED', 'A task is complete'],
  ['WORKFLOW_EXECUTION_FAILED', 'A task has stopped'],
  ['WORKFLOW_EXECUTION_CANCELLED', 'A task is cancelled'],
  ['WORKFLOW_STEP_EXECUTION_COMPLETED', 'A step is done'],
  ['WORKFLOW_STEP_EXECUTION_FAILED', 'A step has failed'],
  ['WORKFLOW_STEP_EXECUTION_DECIDED', 'Somebody decides'],
  ['WORKFLOW_STEP_EXECUTION_REMINDER', 'Somebody is reminded'],
  ['WORKFLOW_STEP_EXECUTION_ESCALATED', 'A step is escalated'],
  ['WORKFLOW_STEP_EXECUTION_RETRIED', 'A step is tried again'],
];

/** "a task is started, somebody decides"; an event that has no words is named. */
export function describeEvents(events: readonly string[]): string {
  return events
    .map((type) => {
      const words = eventChoices.find(([known]) => known === type)?.[1] ?? type;
      return words.charAt(0).toLowerCase() + words.slice(1);
    })
    .join(', ');
}
