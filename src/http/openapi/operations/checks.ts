import { z } from 'zod';
import { ruleNames } from '../../../domain/finding.ts';
import { CheckBody } from '../../api/check-routes.ts';
import type { Operation } from '../operation.ts';
import { Id } from '../schemas/common.ts';

/** Of each answer that has changed a workflow. */
export const checked =
  '`Baton-Check` says how much the check finds in the workflow now, such as `1 error, 2 warnings`';

const count = z.number().int();

export const CheckOut = z
  .strictObject({
    workflowId: Id,
    revision: z.number().int().describe('The revision that was checked: the newest'),
    counts: z.strictObject({ error: count, warning: count, undecided: count }),
    findings: z.array(
      z.strictObject({
        rule: z.enum(ruleNames),
        severity: z
          .enum(['error', 'warning', 'undecided'])
          .describe('An error is certain and blocks activation; undecided: it cannot be known beforehand'),
        stepName: z.string().nullable(),
        part: z.string().nullable().describe('The part of the step, such as `handoffs/1`'),
        path: z
          .array(z.strictObject({ stepName: z.string(), taken: z.string().nullable() }))
          .describe('From the first step to where it goes wrong, with what happens at each'),
        message: z.string(),
        fix: z.string(),
      }),
    ),
  })
  .meta({ id: 'Check' });

export const checkOperations: readonly Operation[] = [
  {
    id: 'checkWorkflow',
    method: 'post',
    path: '/api/workflows/{workflowId}/check',
    tag: 'Workflows',
    summary: 'Check a workflow before it runs',
    description:
      'Changes nothing. A workflow that is paused or a draft cannot be activated while there are errors (409 `check-failed`).',
    body: CheckBody,
    example: {},
    answers: { 200: { description: 'What was found', schema: CheckOut } },
  },
];
