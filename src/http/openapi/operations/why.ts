import { z } from 'zod';
import { whyCauses } from '../../../domain/why.ts';
import type { Operation } from '../operation.ts';
import { Id, Time } from '../schemas/common.ts';

const WhyOut = z
  .strictObject({
    executionId: Id,
    cause: z.enum(whyCauses),
    sentence: z.string(),
    details: z.array(z.string()),
    events: z
      .array(
        z.strictObject({
          seq: z.number().int(),
          type: z.string(),
          at: Time,
          stepName: z.string().nullable(),
          words: z.string(),
        }),
      )
      .describe('What of the log proves it'),
    next: z.strictObject({
      kind: z.enum([
        'none',
        'reassign',
        'retry',
        'reroute',
        'activate',
        'edit-workflow',
        'start-again',
        'configure',
      ]),
      words: z.string(),
    }),
  })
  .meta({ id: 'Why' });

export const whyOperations: readonly Operation[] = [
  {
    id: 'explainExecution',
    method: 'get',
    path: '/api/workflows/executions/{executionId}/why',
    tag: 'Executions',
    summary: 'Ask why a task waits, has stopped or has ended',
    description:
      'One cause out of a fixed list, found from the definition and the events. No model has a say in it.',
    answers: { 200: { description: 'The cause', schema: WhyOut } },
  },
];
