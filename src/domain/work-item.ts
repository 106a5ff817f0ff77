import type { Actor } from './actor.ts';
import type { JsonObject } from './json.ts';

/** One accepted POST to an intake: it becomes one task. */
export interface WorkItem {
  /** What the outside calls `work_id`. */
  id: string;
  orgId: string;
  workflowId: string;
  intakeId: string;
  /** Sent with it, so that a repetition finds this item; null: each request is an item of its own. */
  rowKey: string | null;
  /** Of what was sent, to tell a repetition from something else under the same key. */
  bodyHash: string;
  inputs: JsonObject;
  /** Who is told when the work ends; null: nobody. */
  callbackUrl: string | null;
  startedBy: Actor;
  /** The task; null until it is started. */
  executionId: string | null;
  /** Why it can never be started, in plain words; null otherwise. */
  error: string | null;
  /** How often it could not be started yet. */
  attempts: number;
  createdAt: Date;
  /** When somebody has to look at it: it is not started yet, or it is not yet sure that its callback comes; else null. */
  dueAt: Date | null;
}

/** What the outside sees of it: `pending` until its task is started. */
export type WorkStatus = 'pending' | 'running' | 'completed' | 'failed';

/** For how long a key finds its item again: as long as a task is kept, which expires after a year. */
export const workItemKeptDays = 400;
