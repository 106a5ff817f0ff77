import { z } from 'zod';

export const Id = z
  .string()
  .regex(/^[0-9a-f]{24}$/)
  .describe('24 hex digits');
/** ISO 8601 in UTC. */
export const Time = z.iso.datetime({ precision: 3 });
/** Any JSON value. */
export const Json = z.any();
export const JsonRecord = z.record(z.string(), Json);

/** Who did something, as the log keeps it. */
export const ActorOut = z
  .union([
    z.strictObject({ kind: z.literal('person'), userId: z.string(), name: z.string().nullable() }),
    z.strictObject({ kind: z.literal('key'), keyId: z.string(), name: z.string().nullable() }),
    z.strictObject({
      kind: z.literal('schedule'),
      triggerId: z.string(),
      name: z.string(),
      ownerId: z.string().nullable(),
    }),
    z.strictObject({ kind: z.literal('system') }),
  ])
  .meta({ id: 'Actor' });

/** A page of a list. */
export function listOf(item: z.ZodType): z.ZodType {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for what comes next; null at the end'),
  });
}
