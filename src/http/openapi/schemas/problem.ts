import { z } from 'zod';

/** An error, by RFC 9457. */
export const Problem = z
  .strictObject({
    type: z.string().describe('A URN that names the kind of problem, for programs'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('What is wrong and what to do, for people'),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional().describe('Under which it was logged'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
