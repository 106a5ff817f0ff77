import { ListExecutionsQuery, StartBody } from '../../api/execution-routes.ts';
import { PageQuery } from '../../api/paging.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { EventOut, ExecutionOut, StepExecutionOut } from '../schemas/execution.ts';

const tag = 'Executions';
const one = '/api/workflows/executions/{executionId}';

export const executionOperations: readonly Operation[] = [
  {
    id: 'startExecution',
    method: 'post',
    path: '/api/workflows/{workflowId}/executions',
    tag,
    summary: 'Start an execution',
    description:
      '`inputs` must fit the workflow’s `inputsSchema`. A workflow without steps completes at once.',
    body: StartBody,
    example: { inputs: { amount: 420 } },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The execution', schema: ExecutionOut } },
  },
  {
    id: 'listExecutions',
    method: 'get',
    path: '/api/workflows/{workflowId}/executions',
    tag,
    summary: 'List the executions of a workflow, newest first',
    query: ListExecutionsQuery,
    answers: { 200: { description: 'A page', schema: listOf(ExecutionOut) } },
  },
  {
    id: 'readExecution',
    method: 'get',
    path: one,
    tag,
    summary: 'Read an execution',
    answers: { 200: { description: 'Status, pointer and context', schema: ExecutionOut } },
  },
  {
    id: 'readStack',
    method: 'get',
    path: `${one}/stack`,
    tag,
    summary: 'Read the stack: one entry for each visit to a step',
    query: PageQuery,
    answers: { 200: { description: 'A page, oldest first', schema: listOf(StepExecutionOut) } },
  },
  {
    id: 'readLog',
    method: 'get',
    path: `${one}/logs`,
    tag,
    summary: 'Read the log: every event, chained by hashes',
    query: PageQuery,
    answers: { 200: { description: 'A page, oldest first', schema: listOf(EventOut) } },
  },
];
