import type { ApprovalDecision } from './agent-run.ts';
import type { RetryPolicy } from './definition.ts';
import type { JsonObject } from './json.ts';
import type { ModelUsage } from './model-client.ts';
import type { ToolApproval } from './tool-approval.ts';

/** How often a step is claimed without ever ending before it is given up: its run ends the process that does it. */
export const maxStartsWithoutEnd = 5;
/** When a run that nobody has begun is announced again. */
export const announceAgainMs = 30_000;

/** Why a run is not running. `message` is a sentence for people. */
export interface RunWait {
  kind: 'no-provider' | 'queued' | 'retrying' | 'approval';
  message: string;
  since: Date;
}

/** The right to do a run, until `until`, for whoever knows the token. */
export interface RunLease {
  token: string;
  until: Date;
}

/**
 * How far a step that a model or a tool does has come. It holds small facts only: what a run has to remember
 * between two processes is kept apart, fenced by the lease's token.
 */
export interface StepRun {
  /** From 1; rises when an attempt has failed and another is made. */
  attempt: number;
  /** How often it was claimed, in all. Fences what is kept apart. */
  claims: number;
  /** How often it was claimed since a claim last came to an end that was recorded. */
  startsWithoutEnd: number;
  /** Null while nobody does it. */
  lease: RunLease | null;
  /** Null while it runs, and before anybody has looked at it. */
  waiting: RunWait | null;
  /** The calls that people are asked about now; null while nobody is. */
  approval: ToolApproval | null;
  /** What they have decided last, for the run to take up. */
  decisions: ApprovalDecision[];
  /** Who or what does it, once that is known: an agent's name, `server/tool`, `provider/model`. */
  handler?: string;
  usage: ModelUsage;
  /** What was called, newest last; the oldest are left out when there are many. Entries of a `RunLogEntry`. */
  log: JsonObject[];
}

export const newStepRun: StepRun = {
  attempt: 1,
  claims: 0,
  startsWithoutEnd: 0,
  lease: null,
  waiting: null,
  approval: null,
  decisions: [],
  usage: { promptTokens: 0, completionTokens: 0 },
  log: [],
};

/** The policy with its defaults: three attempts, after 2 s, then twice as long each time, at most a minute. */
export function retryPolicyOf(retry: RetryPolicy | undefined): {
  maxAttempts: number;
  initialDelayMs: number;
  factor: number;
  maxDelayMs: number;
} {
  const { maxAttempts = 3, initialDelayMs = 2_000, factor = 2, maxDelayMs = 60_000 } = retry ?? {};
  return { maxAttempts, initialDelayMs, factor, maxDelayMs };
}

/** How long to wait after the attempt has failed. `retryAfterMs`: what the other side has asked for. */
export function retryDelayMs(
  retry: RetryPolicy | undefined,
  attempt: number,
  retryAfterMs: number | null,
): number {
  const { initialDelayMs, factor, maxDelayMs } = retryPolicyOf(retry);
  const delayMs = Math.min(initialDelayMs * factor ** (attempt - 1), maxDelayMs);
  return Math.max(delayMs, Math.min(retryAfterMs ?? 0, 86_400_000));
}
