import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import type { Actor } from './actor.ts';
import type { JsonObject } from './json.ts';

/** A task asks people, and posts two or three messages; Slack takes one a second in a conversation. */
export const defaultPacePerMinute = 30;
export const maxPacePerMinute = 60_000;
export const maxRows = 100_000;
/** Batches and their rows are kept for this long. */
export const keptDays = 90;
/** What is wrong is shown with the batch for so many rows; the list of rows has all of them. */
export const maxShownProblems = 50;

/**
 * `CHECKING`: rows are being read. `INVALID`: some are wrong, and nothing was started; `CHECKED`: all are right;
 * both wait for somebody to start them. `COMPLETED`: every task has ended or stopped.
 */
export const batchStatuses = [
  'CHECKING',
  'INVALID',
  'CHECKED',
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'CANCELLED',
  'FAILED',
] as const;
export type BatchStatus = (typeof batchStatuses)[number];

/**
 * `VALID`: to be started. `STARTED`: its task runs. `REFUSED`: it could not be started, `errors` says why. The
 * others are those of its task.
 */
export const rowStatuses = [
  'VALID',
  'INVALID',
  'DUPLICATE',
  'STARTED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
  'REFUSED',
  'SKIPPED',
] as const;
export type RowStatus = (typeof rowStatuses)[number];

export type BatchFormat = 'csv' | 'jsonl';

/** How a batch is read and worked off. */
export const BatchOptions = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty').max(200).default('batch'),
  /** The column (CSV) or field (JSON Lines) that names a row. Default: its key follows from its content and place. */
  rowKey: z.string().trim().min(1, 'must not be empty').max(200).optional(),
  /** The same rows under another label are other rows, and start anew. */
  label: z.string().trim().max(100).default(''),
  pacePerMinute: z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(maxPacePerMinute, `must be at most ${maxPacePerMinute}`)
    .default(defaultPacePerMinute),
});
export type BatchOptions = z.infer<typeof BatchOptions>;

/** What was said of a row that cannot be started. Rows count from 1; a header is no row. */
export interface RowProblem {
  row: number;
  rowKey: string | null;
  errors: FieldError[];
}

export type BatchCounts = Record<RowStatus, number>;

export const noCounts: BatchCounts = {
  VALID: 0,
  INVALID: 0,
  DUPLICATE: 0,
  STARTED: 0,
  COMPLETED: 0,
  FAILED: 0,
  CANCELLED: 0,
  EXPIRED: 0,
  REFUSED: 0,
  SKIPPED: 0,
};

/** A file in Slack that is to be read. */
export interface SlackSource {
  fileId: string;
}

/** Where people see how far it has come. */
export interface BatchPlace {
  channelId: string;
  threadTs: string | null;
  /** The message that is edited; null before it is posted. */
  ts: string | null;
}

/** A file of rows, each of which becomes one task of a workflow. */
export interface Batch extends Omit<BatchOptions, 'rowKey'> {
  id: string;
  orgId: string;
  workflowId: string;
  rowKey: string | null;
  format: BatchFormat;
  status: BatchStatus;
  /** Why it is FAILED, or PAUSED by itself; null otherwise. */
  reason: string | null;
  rows: number;
  counts: BatchCounts;
  problems: RowProblem[];
  /** Of the file as it came in, so that the same is known again; null while it is read. */
  digest: string | null;
  source: SlackSource | null;
  place: BatchPlace | null;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** One row of a batch. */
export interface BatchRow {
  batchId: string;
  row: number;
  /** Null for a row that is wrong, or has the key of an earlier one. */
  rowKey: string | null;
  /** As it came, as JSON text, because a column may have any name: for the result file. */
  cellsText: string;
  inputs: JsonObject | null;
  status: RowStatus;
  errors: FieldError[];
  executionId: string | null;
  /** True when its task was started before this batch came. */
  wasThere: boolean;
}

/** The key of a row that names none: of its content and its place, so that the same file gives the same keys. */
export function deriveRowKey(row: number, cells: JsonObject): string {
  return createHash('sha256')
    .update(`${row}\n${canonicalize(cells) ?? ''}`)
    .digest('hex')
    .slice(0, 32);
}

/** One task for each key in a workflow, whichever batch and whichever attempt it comes from. */
export function startKeyOf(
  { workflowId, label }: Pick<Batch, 'workflowId' | 'label'>,
  rowKey: string,
): string {
  return `batch:${workflowId}:${label}:${rowKey}`;
}

/** How many rows are past their end, or will never be started. */
export function countSettled(counts: BatchCounts): number {
  const { COMPLETED, FAILED, CANCELLED, EXPIRED, REFUSED, INVALID, DUPLICATE, SKIPPED } = counts;
  return COMPLETED + FAILED + CANCELLED + EXPIRED + REFUSED + INVALID + DUPLICATE + SKIPPED;
}

/** The states of rows that cannot be started as they are. */
export const wrongStatuses = ['INVALID', 'DUPLICATE'] as const satisfies RowStatus[];

export function countWrong({ INVALID, DUPLICATE }: Pick<BatchCounts, 'INVALID' | 'DUPLICATE'>): number {
  return INVALID + DUPLICATE;
}

/** How many have a task. */
export function countBegun({ STARTED, COMPLETED, FAILED, CANCELLED, EXPIRED }: BatchCounts): number {
  return STARTED + COMPLETED + FAILED + CANCELLED + EXPIRED;
}
