/**
 * `started`: a task. `skipped`: what came was almost meant, and a setting of the trigger says no. `refused`: it was
 * meant, and the workflow does not take it: it is paused, or the inputs do not fit. `failed`: something else was wrong.
 */
export type TriggerDecision = 'started' | 'skipped' | 'refused' | 'failed';

/** One decision of a trigger. */
export interface TriggerLogEntry {
  id: string;
  orgId: string;
  triggerId: string;
  at: Date;
  decision: TriggerDecision;
  /** One sentence for people; null when a task was started. */
  reason: string | null;
  /** The task; null when none was started. */
  executionId: string | null;
  /** What came, told apart from everything else that comes to this trigger: the message, the request, the time. */
  sourceKey: string;
}
