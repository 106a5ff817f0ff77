import type { AgentRunState } from './agent-run.ts';
import type { JsonObject } from './json.ts';

/** What the run of an agent has to remember between two processes. */
export interface StoredRun {
  /** Null before the first checkpoint. */
  state: AgentRunState | null;
  /** What was called since a claim last came to an end, and is not in the task's log yet. */
  log: JsonObject[];
}

export interface RunClaim {
  stepExecutionId: string;
  executionId: string;
  orgId: string;
  token: string;
  /** Rises with each claim of the same step execution. */
  fence: number;
  /** Of the first claim since one last came to an end. What earlier claims have logged is in the task's log. */
  openSince: number;
}

/** Keeps the runs of agents beside their tasks, because they can be large. A later claim shuts out all earlier ones. */
export interface StepRunStore {
  /**
   * Forgets in the same write what was logged before `openSince`, so that it is never told twice.
   *
   * @returns null when a later claim was here
   */
  claim(claim: RunClaim): Promise<StoredRun | null>;
  find(stepExecutionId: string): Promise<StoredRun | null>;
  /** @returns false when the claim does not count any more; nothing was written then */
  save(
    claim: Pick<RunClaim, 'stepExecutionId' | 'token'>,
    state: AgentRunState,
    log: JsonObject[],
  ): Promise<boolean>;
  /** The log that was stored so far is in the task's log now. */
  clearLog(claim: Pick<RunClaim, 'stepExecutionId' | 'token'>): Promise<void>;
  /** The run is over. */
  remove(claim: Pick<RunClaim, 'stepExecutionId' | 'token'>): Promise<void>;
}
