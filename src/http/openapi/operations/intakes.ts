import { ListDeliveriesQuery } from '../../api/delivery-routes.ts';
import { ChangeIntakeBody, CreateIntakeBody } from '../../api/intake-routes.ts';
import { EmptyBody, RotateSecretBody } from '../../api/plugin-input.ts';
import { IntakeBody, IntakeQuery } from '../../intake/intake-input.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { AcceptedOut, IntakeOut, IntakeWithSecretOut, WorkOut } from '../schemas/intake.ts';
import { DeliveryOut } from '../schemas/plugin.ts';

const intakes = '/api/workflows/{workflowId}/intakes';
const intake = `${intakes}/{intakeId}`;

export const intakeOperations: readonly Operation[] = [
  {
    id: 'sendWork',
    method: 'post',
    path: '/v1/intake/{intakeId}',
    tag: 'Intakes',
    summary: 'Send work to an intake: it becomes a task',
    description:
      'The body is the inputs, unless the intake has a template. `row_key` (or `Idempotency-Key`) makes that a repetition gets the same `work_id`; `callback_url` is told how it ended, signed by the Standard Webhooks specification. Both may also stand in the address.',
    query: IntakeQuery,
    body: IntakeBody,
    textBodies: ['application/x-www-form-urlencoded'],
    example: { customer: 'Acme', amount: 420, row_key: 'order-17' },
    headers: ['Idempotency-Key'],
    answers: { 202: { description: 'It is taken in', schema: AcceptedOut } },
  },
  {
    id: 'readWork',
    method: 'get',
    path: '/v1/intake/{intakeId}/work/{workId}',
    tag: 'Intakes',
    summary: 'Ask how far work has come',
    answers: { 200: { description: 'How far, and what came of it', schema: WorkOut } },
  },
  {
    id: 'createIntake',
    method: 'post',
    path: intakes,
    tag: 'Intakes',
    summary: 'Make an intake: an address to which programs send work',
    description:
      'The texts of `inputsTemplate` are templates over `body`, those of `outputTemplate` over `inputs` and `steps`; one that is nothing but `{{body.amount}}` keeps the type of the value.',
    body: CreateIntakeBody,
    example: { name: 'Shop orders', inputsTemplate: { customer: '{{body.order.customer}}' } },
    headers: ['Idempotency-Key'],
    answers: {
      201: {
        description: 'The intake, and the secret of its callbacks this once',
        schema: IntakeWithSecretOut,
      },
    },
  },
  {
    id: 'listIntakes',
    method: 'get',
    path: intakes,
    tag: 'Intakes',
    summary: 'List the intakes of a workflow',
    answers: { 200: { description: 'All of them, by name', schema: listOf(IntakeOut) } },
  },
  {
    id: 'readIntake',
    method: 'get',
    path: intake,
    tag: 'Intakes',
    summary: 'Read an intake',
    answers: { 200: { description: 'The intake', schema: IntakeOut } },
  },
  {
    id: 'changeIntake',
    method: 'patch',
    path: intake,
    tag: 'Intakes',
    summary: 'Change an intake, or switch it off or on',
    body: ChangeIntakeBody,
    example: { enabled: false },
    answers: { 200: { description: 'The intake', schema: IntakeOut } },
  },
  {
    id: 'deleteIntake',
    method: 'delete',
    path: intake,
    tag: 'Intakes',
    summary: 'Delete an intake; callbacks that wait to be sent go with it',
    answers: { 204: { description: 'Deleted' } },
  },
  {
    id: 'rotateIntakeSecret',
    method: 'post',
    path: `${intake}/rotate-secret`,
    tag: 'Intakes',
    summary: 'Make a new secret for its callbacks',
    description: 'Until the overlap is over, callbacks carry the signatures of both.',
    body: RotateSecretBody,
    example: { overlapHours: 24 },
    answers: {
      200: { description: 'The intake, and its new secret this once', schema: IntakeWithSecretOut },
    },
  },
  {
    id: 'listCallbacks',
    method: 'get',
    path: `${intake}/callbacks`,
    tag: 'Intakes',
    summary: 'List callbacks with each attempt, newest first',
    query: ListDeliveriesQuery,
    answers: { 200: { description: 'A page', schema: listOf(DeliveryOut) } },
  },
  {
    id: 'replayCallback',
    method: 'post',
    path: `${intake}/callbacks/{deliveryId}/replay`,
    tag: 'Intakes',
    summary: 'Send a callback again that was given up',
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'The callback', schema: DeliveryOut } },
  },
];
