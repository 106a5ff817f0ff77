import { NewStep } from '../../api/new-step.ts';
import { ChangeStepBody, DeleteStepQuery, OrderStepsBody } from '../../api/step-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { StepOut } from '../schemas/workflow.ts';
import { checked } from './checks.ts';

const tag = 'Steps';
const path = '/api/workflows/{workflowId}/steps';

export const stepOperations: readonly Operation[] = [
  {
    id: 'addStep',
    method: 'post',
    path,
    tag,
    summary: 'Add a step at the end',
    description: '`isFirstStep` and `nextId` follow from the order and cannot be set.',
    body: NewStep,
    example: {
      name: 'manager_ok',
      type: 'HUMAN',
      assignees: ['ana@example.com'],
      inputsTemplate: { message: 'Approve refund of {{inputs.amount}}?' },
    },
    headers: ['If-Match', 'Idempotency-Key'],
    answers: { 201: { description: `The step; ${checked}`, schema: StepOut } },
  },
  {
    id: 'listSteps',
    method: 'get',
    path,
    tag,
    summary: 'List the steps, in order',
    answers: { 200: { description: 'All steps', schema: listOf(StepOut) } },
  },
  {
    id: 'readStep',
    method: 'get',
    path: `${path}/{stepId}`,
    tag,
    summary: 'Read a step',
    answers: { 200: { description: 'The step', schema: StepOut } },
  },
  {
    id: 'changeStep',
    method: 'patch',
    path: `${path}/{stepId}`,
    tag,
    summary: 'Change a step',
    description:
      'What is left out stays, `null` takes a field away. A new name is written into the handoffs that lead to the step.',
    body: ChangeStepBody,
    example: { description: 'The manager decides' },
    headers: ['If-Match'],
    answers: { 200: { description: `The step; ${checked}`, schema: StepOut } },
  },
  {
    id: 'deleteStep',
    method: 'delete',
    path: `${path}/{stepId}`,
    tag,
    summary: 'Delete a step',
    description:
      'Refused with 409 while handoffs lead to it, unless `redirectTo` says where they lead instead.',
    query: DeleteStepQuery,
    headers: ['If-Match'],
    answers: { 204: { description: `Deleted; ${checked}` } },
  },
  {
    id: 'orderSteps',
    method: 'put',
    path: `${path}/order`,
    tag,
    summary: 'Put the steps in another order',
    body: OrderStepsBody,
    example: { stepIds: ['{secondStepId}', '{firstStepId}'] },
    headers: ['If-Match'],
    answers: { 200: { description: `All steps; ${checked}`, schema: listOf(StepOut) } },
  },
];
