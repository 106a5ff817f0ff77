import { z } from 'zod';
import { ActorOut, Id, Time } from './common.ts';

const plugin = {
  id: Id,
  orgId: Id,
  name: z.string(),
  description: z.string(),
  type: z.literal('WORKFLOW_EVENT_HANDLER'),
  events: z.array(z.string()),
  scopes: z.array(z.enum(['WORKFLOW_READ', 'WORKFLOW_WRITE'])),
  tags: z.array(z.string()),
  isPublic: z.boolean(),
  isVerified: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
};
const ofOwner = {
  webhookUrl: z.string(),
  verifiedAt: Time.nullable(),
  previousSecretExpiresAt: Time.nullable().describe('Until when events carry a second signature'),
  createdBy: ActorOut,
};

export const PluginOut = z
  .strictObject({ ...plugin, ...z.strictObject(ofOwner).partial().shape })
  .meta({ id: 'Plugin', description: 'Where it is and who made it is shown to its own org only' });
export const PluginWithSecretOut = z.strictObject({
  ...plugin,
  ...ofOwner,
  secret: z.string().describe('`whsec_…`: it is shown here and never again'),
});

export const EventHandlerOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    workflowId: Id,
    pluginId: Id,
    events: z.array(z.string()),
    scopes: z.array(z.string()),
    enabled: z.boolean(),
    disabledReason: z.string().nullable(),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'EventHandler' });

const AttemptOut = z.strictObject({
  at: Time,
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  durationMs: z.number(),
  excerpt: z.string().nullable().optional(),
});

export const DeliveryOut = z
  .strictObject({
    id: Id,
    handlerId: Id,
    workflowId: Id,
    executionId: Id.nullable(),
    eventId: z.string(),
    eventType: z.string(),
    state: z.string(),
    nextAttemptAt: Time.nullable(),
    createdAt: Time,
    attempts: z.array(AttemptOut),
  })
  .meta({ id: 'Delivery' });
export const ReplayedOut = z.strictObject({ replayed: z.number().int() });
