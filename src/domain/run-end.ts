import type { PendingApproval } from './agent-run.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ModelUsage } from './model-client.ts';

/** What was called since the run was last heard of, as the log keeps it. */
export interface RunReport {
  entries: JsonObject[];
  usage: ModelUsage;
  /** Who or what did it: an agent's name, `server/tool`, `provider/model`. */
  handler?: string;
}

/** How a claimed run ended. */
export type RunEnd = {
  report: RunReport;
} /** `outcome`: the condition that was picked out of free text; null when none was to be picked. */ & (
  | { kind: 'done'; output: JsonValue; outcome: string | null; facts: JsonObject }
  /** `isRetryable`: another attempt may succeed; it is made when the step's policy allows it. */
  | {
      kind: 'failed';
      reason: string;
      message: string;
      data: JsonObject;
      isRetryable: boolean;
      retryAfterMs: number | null;
    }
  /** An agent wants to make calls that need a person. */
  | { kind: 'needs-approval'; agentName: string; calls: readonly PendingApproval[] }
  /** Whoever did it has to stop; somebody else goes on at once, and it is not an attempt that failed. */
  | { kind: 'given-back' }
);
