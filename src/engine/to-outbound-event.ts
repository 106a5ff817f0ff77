import type { ExecutionEvent } from '../domain/event.ts';
import type { OutboundEvent } from '../domain/outbound-event.ts';

/** An event of a task as receivers get it: `data` also says who did it, and its place among the task's events. */
export function toOutboundEvent(event: ExecutionEvent): OutboundEvent {
  const { id, type, createdAt, orgId, workflowId, executionId, seq, stepId, stepName } = event;
  const data = { ...event.data, seq, actor: { ...event.actor } };
  return { id, type, createdAt, orgId, workflowId, executionId, seq, stepId, stepName, data };
}
