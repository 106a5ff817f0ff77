import { z } from 'zod';
import { ActorOut, Id, Time } from './common.ts';

export const AgentListenerOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    workflowId: Id,
    agentId: Id,
    events: z.array(z.string()),
    approvers: z
      .array(z.string())
      .describe('Whom it asks before calls that need a person; none: who attached it'),
    ignoreKeys: z
      .array(z.string())
      .describe('Keys that its tools work with: what they do does not call it again'),
    enabled: z.boolean(),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'AgentListener' });

export const ListenerLogEntryOut = z
  .strictObject({
    eventId: Id,
    eventType: z.string(),
    executionId: Id.describe('The task that the event is about'),
    at: Time,
    decision: z.enum(['started', 'skipped', 'refused']),
    reason: z.string().nullable(),
    runId: Id.nullable().describe('The run: an execution, whose stack and logs say what the agent did'),
  })
  .meta({ id: 'ListenerLogEntry' });
