import { z } from 'zod';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

const intake = {
  id: Id,
  orgId: Id,
  workflowId: Id,
  name: z.string(),
  enabled: z.boolean(),
  url: z.string().describe('Where work is sent to'),
  inputsTemplate: JsonRecord.nullable().describe('null: the body is the inputs'),
  outputTemplate: JsonRecord.nullable().describe('null: what the last step left that left anything'),
  createdBy: ActorOut,
  createdAt: Time,
  updatedAt: Time,
};

export const IntakeOut = z.strictObject(intake).meta({ id: 'Intake' });
export const IntakeWithSecretOut = z.strictObject({
  ...intake,
  callbackSecret: z
    .string()
    .nullable()
    .describe(
      '`whsec_…`, which callbacks are signed with: shown here and never again. null: there is no key to keep it with',
    ),
});

export const AcceptedOut = z.strictObject({ work_id: Id });
export const WorkOut = z
  .strictObject({
    work_id: Id,
    status: z.enum(['pending', 'running', 'completed', 'failed']),
    output: z.unknown().describe('null until it is completed'),
    error: z.string().nullable().describe('Why it failed'),
  })
  .meta({ id: 'Work' });
