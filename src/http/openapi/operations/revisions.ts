import { z } from 'zod';
import { MoveBody } from '../../api/move-routes.ts';
import { BacktestBody, DiffQuery } from '../../api/revision-routes.ts';
import type { Operation } from '../operation.ts';
import { Id, listOf } from '../schemas/common.ts';

const tag = 'Revisions';
const path = '/api/workflows/{workflowId}';
const Status = z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED']);

const DiffOut = z
  .strictObject({
    from: z.number().int(),
    to: z.number().int(),
    changes: z.array(
      z.strictObject({
        path: z.string(),
        kind: z.enum(['added', 'removed', 'changed', 'moved']),
        text: z.string().describe('One plain sentence'),
      }),
    ),
    graph: z.strictObject({
      steps: z.array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          change: z.enum(['added', 'removed', 'changed', 'same']),
        }),
      ),
      handoffs: z.array(
        z.strictObject({
          step: z.string(),
          condition: z.string().nullable(),
          to: z.string(),
          change: z.enum(['added', 'removed', 'same']),
        }),
      ),
    }),
  })
  .meta({ id: 'RevisionDiff' });

const BacktestOut = z
  .strictObject({
    revision: z.number().int().nullable().describe('Null: the definition that was sent'),
    tasks: z.number().int().describe('How many were replayed'),
    otherwise: z.number().int().describe('How many would have gone another way'),
    parted: z.array(
      z.strictObject({
        executionId: Id,
        status: Status.describe('As it was recorded'),
        same: z.literal(false),
        parted: z.strictObject({ step: z.string(), reason: z.string() }),
      }),
    ),
  })
  .meta({ id: 'Backtest' });

const MovableTaskOut = z
  .strictObject({
    executionId: Id,
    revision: z.number().int().describe('Which it runs'),
    status: Status,
    at: z.string().nullable().describe('The step that it is at'),
    problem: z.string().nullable().describe('Why it cannot be moved; null: it can be, or was'),
  })
  .meta({ id: 'MovableTask' });

const MovedTaskOut = MovableTaskOut.extend({
  revision: z.number().int().nullable().describe('Which it runs now; null: there is no such task'),
  status: Status.nullable(),
  problem: z.string().nullable().describe('Why it was not moved; null: it was'),
}).meta({ id: 'MovedTask' });

export const revisionOperations: readonly Operation[] = [
  {
    id: 'diffRevisions',
    method: 'get',
    path: `${path}/diff`,
    tag,
    summary: 'What differs between two revisions, in words and as a graph',
    query: DiffQuery,
    answers: { 200: { description: 'The differences', schema: DiffOut } },
  },
  {
    id: 'backtestWorkflow',
    method: 'post',
    path: `${path}/backtest`,
    tag,
    summary: 'Replay the latest tasks by another revision, with their recorded outcomes',
    description:
      'By the newest revision, another one, or a `definition` that is not saved. Nothing is changed: what people decided and what models and tools gave is taken from the record.',
    body: BacktestBody,
    example: { limit: 50 },
    answers: { 200: { description: 'Those that would have gone another way', schema: BacktestOut } },
  },
  {
    id: 'previewMoves',
    method: 'get',
    path: `${path}/moves`,
    tag,
    summary: 'The tasks that go on by older revisions, and which of them can be moved to the newest',
    answers: { 200: { description: 'At most 100', schema: listOf(MovableTaskOut) } },
  },
  {
    id: 'moveTasks',
    method: 'post',
    path: `${path}/moves`,
    tag,
    summary: 'Move running tasks to the newest revision',
    description:
      'Those that are named, or all that can be moved. Each stays at its step. One that cannot be moved, or that there is not, keeps none of the others from it.',
    body: MoveBody,
    example: {},
    answers: {
      200: { description: 'Each task; `problem` says why one was not moved', schema: listOf(MovedTaskOut) },
    },
  },
];
