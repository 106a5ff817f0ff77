import { z } from 'zod';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

export const TriggerOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    workflowId: Id,
    name: z.string(),
    kind: z.enum(['message', 'reaction', 'intake', 'schedule']),
    enabled: z.boolean(),
    settings: JsonRecord.describe('By kind'),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Trigger' });

export const TriggerLogEntryOut = z
  .strictObject({
    id: Id,
    triggerId: Id,
    at: Time,
    decision: z
      .enum(['started', 'skipped', 'refused', 'failed'])
      .describe(
        'skipped: a setting of the trigger says no; refused: the workflow is paused, or the inputs do not fit',
      ),
    reason: z.string().nullable().describe('null when a task was started'),
    executionId: Id.nullable(),
    sourceKey: z
      .string()
      .describe('What came: for messages and reactions the channel and the time stamp of the message'),
  })
  .meta({ id: 'TriggerLogEntry' });
