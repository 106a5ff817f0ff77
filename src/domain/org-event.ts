import type { Actor } from './actor.ts';
import type { JsonObject } from './json.ts';

/** What can be done to an org's definitions and settings. What happens to executions is in `EventType`. */
export type OrgEventType =
  | 'WORKFLOW_CREATED'
  | 'WORKFLOW_CHANGED'
  | 'WORKFLOW_STATUS_CHANGED'
  | 'WORKFLOW_STEP_CREATED'
  | 'WORKFLOW_STEP_CHANGED'
  | 'WORKFLOW_STEP_DELETED'
  | 'WORKFLOW_STEPS_REORDERED'
  | 'TEAM_CREATED'
  | 'TEAM_CHANGED'
  | 'TEAM_DELETED'
  | 'MEMBER_ADDED'
  | 'MEMBER_CHANGED'
  | 'MEMBER_REMOVED'
  | 'MEMBER_SIGNED_IN'
  | 'MEMBER_SIGNED_OUT'
  | 'API_KEY_CREATED'
  | 'API_KEY_REVOKED'
  | 'PLUGIN_CREATED'
  | 'PLUGIN_CHANGED'
  | 'PLUGIN_VERIFIED'
  | 'PLUGIN_DELETED'
  | 'EVENT_HANDLER_ATTACHED'
  | 'EVENT_HANDLER_CHANGED'
  | 'EVENT_HANDLER_DETACHED'
  | 'AGENT_CREATED'
  | 'AGENT_CHANGED'
  | 'AGENT_DELETED'
  | 'BATCH_CHECKED'
  | 'BATCH_CHANGED'
  | 'AGENT_LISTENER_ATTACHED'
  | 'AGENT_LISTENER_CHANGED'
  | 'AGENT_LISTENER_DETACHED'
  | 'WORKFLOW_DRAFTED'
  | 'AWAY_CHANGED'
  | 'WORKSPACE_INSTALLED'
  | 'WORKSPACE_UNINSTALLED'
  | 'WORKSPACE_TOKEN_REVOKED'
  | 'TRIGGER_CREATED'
  | 'TRIGGER_CHANGED'
  | 'TRIGGER_DELETED';

/** One thing that somebody did to the org itself, before it has its place in the org's audit log. */
export interface OrgEventDraft {
  /** Made once by whoever did it: the same id is never logged twice. */
  id: string;
  orgId: string;
  type: OrgEventType;
  /** The workflow that it is about, if it is about one. */
  workflowId: string | null;
  actor: Actor;
  subject: { kind: string; id: string; name: string };
  /** Facts for people and programs. Never a secret. */
  data: JsonObject;
  createdAt: Date;
}

/** An event in its place: `seq` rises by one per org, and the hash chains it to the one before. */
export interface OrgEvent extends OrgEventDraft {
  seq: number;
  prevHash: string;
  hash: string;
}

/** The audit log of the orgs. */
export interface OrgEventLog {
  /** Stores them durably, in order. What is there already is left as it is, so that a repetition does no harm. */
  append(drafts: readonly OrgEventDraft[]): Promise<void>;
}
