import { z } from 'zod';
import type { Actor } from './actor.ts';
import { type OutboundEventType, outboundEventTypes } from './outbound-event-type.ts';
import { parseRecipient } from './recipient.ts';

/** What is told of tasks; an agent hears of nothing else. */
export const taskEventTypes = outboundEventTypes.filter(
  (type) => type !== 'PLUGIN_INSTALLED' && type !== 'WORKFLOW_STEP_CREATED',
);

/** How often one task may call the same agent: what its work causes in the end cannot go round for ever. */
export const maxRunsPerTask = 25;
/** Each event of the workflow is looked at once for each. */
export const maxListenersPerWorkflow = 10;

const Events = z
  .array(z.enum(taskEventTypes as [OutboundEventType, ...OutboundEventType[]]))
  .min(1, 'must name at least one event')
  .max(taskEventTypes.length)
  .refine((events) => new Set(events).size === events.length, 'must name each event once');

/** Whom the agent asks before a tool call that needs a person. Default: who attached it. */
const Approvers = z
  .array(
    z
      .string()
      .max(200)
      .refine(
        (text) => parseRecipient(text) !== null,
        'must be a Slack user id, an email address or a @group',
      ),
  )
  .max(20);

/** Ids of the API keys that its tools work with: what is done with them does not call it again. */
const IgnoreKeys = z.array(z.string().min(1).max(64)).max(20);

/** An agent attached to a workflow, as it is made. */
export const AgentListenerInput = z.strictObject({
  agentId: z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of an agent'),
  events: Events,
  approvers: Approvers.default([]),
  ignoreKeys: IgnoreKeys.default([]),
});
export type AgentListenerInput = z.infer<typeof AgentListenerInput>;

/** What of it can be changed. A default would change what was left out, so there is none. */
export const AgentListenerChanges = z
  .strictObject({ enabled: z.boolean(), events: Events, approvers: Approvers, ignoreKeys: IgnoreKeys })
  .partial();
export type AgentListenerChanges = z.infer<typeof AgentListenerChanges>;

/** An agent that is given each of these events of a workflow's tasks as its task. */
export interface AgentListener extends AgentListenerInput {
  id: string;
  orgId: string;
  workflowId: string;
  /** The hidden workflow whose tasks are its runs. */
  runsWorkflowId: string;
  enabled: boolean;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
}

/** What became of one event. */
export interface ListenerLogEntry {
  /** The event's own id. */
  eventId: string;
  eventType: string;
  listenerId: string;
  /** The task that the event is about. */
  executionId: string;
  at: Date;
  decision: 'started' | 'skipped' | 'refused';
  /** In a sentence; null when it was started. */
  reason: string | null;
  /** The run, which is a task like any other: its stack and its log say what the agent did. */
  runId: string | null;
}

/** How the log names an agent that works by itself. */
export function listeningAgent(agentId: string, name: string): Actor {
  return { kind: 'key', keyId: `agent:${agentId}`, name: `the agent ${name}` };
}
