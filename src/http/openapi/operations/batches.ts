import { z } from 'zod';
import { PageQuery } from '../../api/paging.ts';
import { ChangeBatchBody, CreateBatchQuery, ListRowsQuery, batchTypes } from '../../api/batch-routes.ts';
import type { Operation } from '../operation.ts';
import { BatchOut, BatchRowOut } from '../schemas/batch.ts';
import { listOf } from '../schemas/common.ts';

const batches = '/api/workflows/{workflowId}/batches';
const batch = `${batches}/{batchId}`;
const tag = 'Batches';

export const batchOperations: readonly Operation[] = [
  {
    id: 'createBatch',
    method: 'post',
    path: batches,
    tag,
    summary: 'Send a table of rows, each of which is to become a task',
    description:
      'The body is the file, CSV with a header or JSON Lines; all rows are checked as they come in, and nothing is started yet. A row starts one task of the workflow, however often it is sent: under its `rowKey`, else under a key of its content and place. While the file is being checked for an earlier request with the same `Idempotency-Key`, the answer is 409 with `Retry-After`.',
    query: CreateBatchQuery,
    textBodies: batchTypes,
    headers: ['Idempotency-Key'],
    answers: {
      201: {
        description: 'The batch, CHECKED or INVALID, with what is wrong in which row',
        schema: BatchOut,
      },
    },
  },
  {
    id: 'listBatches',
    method: 'get',
    path: batches,
    tag,
    summary: 'List the batches of a workflow, newest first',
    query: PageQuery,
    answers: { 200: { description: 'A page', schema: listOf(BatchOut) } },
  },
  {
    id: 'readBatch',
    method: 'get',
    path: batch,
    tag,
    summary: 'Read a batch: how far it has come',
    answers: { 200: { description: 'The batch', schema: BatchOut } },
  },
  {
    id: 'changeBatch',
    method: 'patch',
    path: batch,
    tag,
    summary: 'Start, pause, go on with or cancel a batch, or change its pace',
    description:
      'An INVALID batch is started with `skipInvalid`, without the rows that are wrong. Cancelling leaves out what was not started; tasks that were started go on.',
    body: ChangeBatchBody,
    example: { status: 'PAUSED' },
    answers: { 200: { description: 'The batch', schema: BatchOut } },
  },
  {
    id: 'listBatchRows',
    method: 'get',
    path: `${batch}/rows`,
    tag,
    summary: 'List the rows of a batch, with what is wrong with them or their tasks',
    query: ListRowsQuery,
    answers: { 200: { description: 'A page', schema: listOf(BatchRowOut) } },
  },
  {
    id: 'readBatchResult',
    method: 'get',
    path: `${batch}/result`,
    tag,
    summary: 'The rows as they came, with what became of each, as CSV',
    answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
  },
];
