import type { z } from 'zod';
import {
  CancelBody,
  CompleteStepBody,
  ReassignBody,
  RerouteBody,
  RetryBody,
  SignalBody,
} from '../../api/steering-routes.ts';
import type { Operation } from '../operation.ts';
import { ExecutionOut } from '../schemas/execution.ts';

interface Steering {
  id: string;
  verb: string;
  summary: string;
  description?: string;
  body: z.ZodType;
  example: unknown;
}

const steerings: readonly Steering[] = [
  {
    id: 'completeStep',
    verb: 'complete-step',
    summary: 'Complete or decide the step that the execution is at',
    description:
      'A `HUMAN` step is decided with `outcome`, and only with the personal key of somebody who may.',
    body: CompleteStepBody,
    example: { stepName: 'manager_ok', outcome: 'approved', comment: 'Within budget' },
  },
  {
    id: 'cancelExecution',
    verb: 'cancel',
    summary: 'Cancel an execution',
    body: CancelBody,
    example: { reason: 'Entered twice' },
  },
  {
    id: 'retryExecution',
    verb: 'retry',
    summary: 'Retry an execution that stopped as FAILED',
    description: 'From the step where it stopped, or from the start with the same inputs.',
    body: RetryBody,
    example: { from: 'step' },
  },
  {
    id: 'rerouteExecution',
    verb: 'reroute',
    summary: 'Send an execution to another step, or to its end',
    body: RerouteBody,
    example: { to: 'complete', reason: 'Was settled by phone' },
  },
  {
    id: 'reassignExecution',
    verb: 'reassign',
    summary: 'Ask others at the step that the execution waits at',
    description: 'By somebody who is asked, who started the task, or who may change its workflow.',
    body: ReassignBody,
    example: { to: ['U0LEAD'], note: 'Bo is away' },
  },
  {
    id: 'signalExecution',
    verb: 'signal',
    summary: 'Tell an execution of an event that a WAIT step waits for, now or later',
    body: SignalBody,
    example: { name: 'paid', payload: { invoice: 7 } },
  },
];

export const steeringOperations: readonly Operation[] = steerings.map(
  ({ id, verb, summary, description, body, example }) => ({
    id,
    method: 'post',
    path: `/api/workflows/executions/{executionId}/${verb}`,
    tag: 'Steering',
    summary,
    ...(description === undefined ? {} : { description }),
    body,
    example,
    answers: { 200: { description: 'The execution as it stands now', schema: ExecutionOut } },
  }),
);
