import type { Actor } from './actor.ts';
import type { StepInput } from './definition.ts';
import type { JsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ModelUsage } from './model-client.ts';

/** A workflow that a model has proposed, as it can be made. */
export interface ProposedWorkflow {
  name: string;
  description: string;
  inputsSchema: JsonSchema;
  steps: StepInput[];
  /** What the model took for granted. */
  assumptions: string[];
}

/** What has come of a request for a draft. `failed`: `message` says why, for people. */
export type DraftOutcome =
  | { kind: 'waiting' }
  | { kind: 'proposed'; workflow: ProposedWorkflow }
  | { kind: 'failed'; message: string }
  | { kind: 'saved'; workflowId: string };

/** Somebody's request that a model drafts a workflow. Nothing of it is a workflow before they say so. */
export interface WorkflowDraft {
  id: string;
  orgId: string;
  userId: string;
  requestedBy: Actor;
  /** Where it was asked for; null on the Home tab. */
  channelId: string | null;
  /** What they do today, in their words. */
  text: string;
  outcome: DraftOutcome;
  attempts: number;
  usage: ModelUsage;
  /** What was called, as the log of a task keeps it. */
  log: JsonObject[];
  createdAt: Date;
}
