import { z } from 'zod';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

export const ScheduleOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    workflowId: Id,
    name: z.string(),
    enabled: z.boolean(),
    when: z.string().describe('In words'),
    cron: z.string(),
    timeZone: z.string(),
    inputsTemplate: JsonRecord,
    missed: z.enum(['run', 'skip']).describe('What becomes of a time at which Baton was not running'),
    overlap: z
      .enum(['allow', 'skip'])
      .describe('What becomes of a time at which the task before is still running'),
    postTo: z
      .string()
      .nullable()
      .describe('Id of the channel for the cards of its tasks; null: as the workflow says'),
    nextRuns: z.array(Time).describe('The next three; none while it is switched off'),
    lastRunAt: Time.nullable(),
    lastExecutionId: Id.nullable(),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Schedule' });
