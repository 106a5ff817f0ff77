import type { BatchStore } from '../../../models/batch-store.ts';
import {
  type Batch,
  type BatchCounts,
  type BatchRow,
  type RowProblem,
  countWrong,
  deriveRowKey,
  maxShownProblems,
  noCounts,
} from '../../domain/batch.ts';
import { type JsonObject, assertStorableJson } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { rowInputs, unknownColumns } from '../../domain/row-inputs.ts';
import { AppError, type FieldError, ValidationError } from '../../errors.ts';
import { type FileFacts, type FileRow, readRows } from './read-rows.ts';

/** What a dry check of all rows has found. */
export interface CheckedBatch {
  rows: number;
  counts: BatchCounts;
  problems: RowProblem[];
  digest: string;
}

export interface FileToCheck {
  /** What the inputs of the workflow have to be. */
  schema: JsonSchema;
  source: AsyncIterable<Uint8Array>;
  at: Date;
  /** Aborted when the batch is somebody else's, or not to be checked any more. */
  signal: AbortSignal;
}

const chunkSize = 500;
const maxKeyLength = 200;
const maxErrorsPerRow = 10;

/**
 * Reads the rows, checks each against the inputs of the workflow, and keeps them. Nothing is started. As much of
 * the file is in memory as one write takes.
 *
 * @throws ValidationError for a file that is no table, or lacks the column that names the rows; what `signal` is
 *   aborted with, before anything else is written
 */
export async function checkBatch(
  store: Pick<BatchStore, 'addRows'>,
  batch: Batch,
  { schema, source, at, signal }: FileToCheck,
): Promise<CheckedBatch> {
  const facts: FileFacts = { digest: '' };
  const checked: CheckedBatch = { rows: 0, counts: { ...noCounts }, problems: [], digest: '' };
  let chunk: BatchRow[] = [];
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    const twice = await store.addRows(chunk, { orgId: batch.orgId, at });
    checked.counts.VALID -= twice.length;
    for (const row of twice) note(checked, row);
    chunk = [];
  };
  for await (const fileRow of readRows(batch.format, source, facts)) {
    if (checked.rows === 0) requireColumns(batch, fileRow, schema);
    const row = checkRow(batch, fileRow, schema);
    checked.rows += 1;
    note(checked, row);
    chunk.push(row);
    if (chunk.length >= chunkSize) await flush();
  }
  await flush();
  const problems = checked.problems.toSorted((one, other) => one.row - other.row);
  return { ...checked, problems: problems.slice(0, maxShownProblems), digest: facts.digest };
}

/** True when every row can be started. */
export function isRight(counts: BatchCounts): boolean {
  return countWrong(counts) === 0;
}

function note(checked: CheckedBatch, { row, rowKey, status, errors }: BatchRow): void {
  checked.counts[status] += 1;
  if (errors.length > 0 && checked.problems.length < 2 * maxShownProblems)
    checked.problems.push({ row, rowKey, errors });
}

/** The first row tells which columns there are: what is wrong with them is said once, not of every row. */
function requireColumns({ rowKey, format }: Batch, { cells }: FileRow, schema: JsonSchema): void {
  const columns = Object.keys(cells);
  if (rowKey !== null && format === 'csv' && !columns.includes(rowKey)) {
    const message = `has no column "${rowKey}"; it has ${columns.join(', ')}`;
    throw new ValidationError(`The file ${message}.`, [{ path: 'rowKey', message }], 'batch-unreadable');
  }
  const unknown = unknownColumns(columns, schema, rowKey);
  if (format !== 'csv' || unknown.length < columns.length) return;
  const message = `has no column that is an input of this workflow; it has ${columns.join(', ')}`;
  throw new ValidationError(`The file ${message}.`, [{ path: 'file', message }], 'batch-unreadable');
}

function checkRow(batch: Batch, { row, cells, problem }: FileRow, schema: JsonSchema): BatchRow {
  const { id: batchId, rowKey: keyColumn } = batch;
  const cellsText = JSON.stringify(cells).toWellFormed();
  const base = { batchId, row, cellsText, wasThere: false, executionId: null };
  const wrong = (errors: FieldError[]): BatchRow => ({
    ...base,
    rowKey: null,
    inputs: null,
    status: 'INVALID',
    errors: errors.slice(0, maxErrorsPerRow),
  });
  if (problem !== null) return wrong([{ path: '', message: problem }]);
  const rowKey = keyColumn === null ? deriveRowKey(row, cells) : keyOf(cells, keyColumn);
  if (rowKey === null) {
    const message = `must have 1 to ${maxKeyLength} characters: it names the row`;
    return wrong([{ path: keyColumn ?? '', message }]);
  }
  const inputs = rowInputs(cells, schema, keyColumn);
  const errors = [...unstorable(inputs), ...findSchemaErrors(schema, inputs)];
  return errors.length > 0 ? wrong(errors) : { ...base, rowKey, inputs, status: 'VALID', errors: [] };
}

function unstorable(inputs: JsonObject): FieldError[] {
  try {
    assertStorableJson(inputs, '');
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
}

function keyOf(cells: JsonObject, column: string): string | null {
  const value = cells[column];
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return text === '' || text.length > maxKeyLength ? null : text;
}
