import { z } from 'zod';
import { batchStatuses, rowStatuses } from '../../../domain/batch.ts';
import { ActorOut, Id, Time } from './common.ts';

const RowErrors = z.array(z.strictObject({ path: z.string(), message: z.string() }));
const Count = z.number().int();

export const BatchOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    workflowId: Id,
    name: z.string(),
    format: z.enum(['csv', 'jsonl']),
    rowKey: z
      .string()
      .nullable()
      .describe('The column that names the rows; null: their keys follow from content and place'),
    label: z.string(),
    pacePerMinute: Count.describe('How many tasks are started in a minute'),
    status: z.enum(batchStatuses),
    reason: z.string().nullable().describe('Why it is FAILED, or PAUSED by itself'),
    rows: Count,
    counts: z.strictObject(Object.fromEntries(rowStatuses.map((status) => [status, Count]))),
    problems: z
      .array(z.strictObject({ row: Count, rowKey: z.string().nullable(), errors: RowErrors }))
      .describe('The first 50; the list of rows with status=INVALID has all'),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Batch' });

export const BatchRowOut = z
  .strictObject({
    row: Count.describe('From 1; a header is no row'),
    rowKey: z.string().nullable(),
    status: z.enum(rowStatuses),
    errors: RowErrors,
    executionId: Id.nullable(),
    wasThere: z.boolean().describe('Its task was started before this batch came'),
  })
  .meta({ id: 'BatchRow' });
