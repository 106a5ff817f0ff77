import type { JsonObject } from './json.ts';

/** An event as receivers outside get it. */
export interface OutboundEvent {
  id: string;
  type: string;
  createdAt: Date;
  orgId: string;
  workflowId: string;
  /** Null for what is about a workflow and not about one of its tasks. */
  executionId: string | null;
  /** Its place among the events of its execution, from 1; absent for what is about no execution. */
  seq?: number;
  stepId: string | null;
  stepName: string | null;
  data: JsonObject;
}

/** Sees to it that receivers get the events that they subscribed to. */
export interface EventFanOut {
  /**
   * Durably notes the events for their receivers; resolves quickly when there are none. The same event
   * may be offered again after a crash, and is noted once. Those of one execution come in order.
   */
  offer(events: readonly OutboundEvent[]): Promise<void>;
}
