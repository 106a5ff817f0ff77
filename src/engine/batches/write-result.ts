import { stringify } from 'csv-stringify/sync';
import type { BatchStore } from '../../../models/batch-store.ts';
import type { Batch, BatchRow, RowStatus } from '../../domain/batch.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import { reportWork } from '../../domain/work-report.ts';

export interface ResultDeps {
  store: Pick<BatchStore, 'rows'>;
  /** Those of the tasks that are kept. */
  readTasks: (orgId: string, executionIds: readonly string[]) => Promise<Map<string, ExecutionState>>;
}

const pageSize = 200;
const own = ['row', 'row_key', 'status', 'task_id', 'output', 'error'];

/**
 * The result of a batch as CSV: each row as it came, with its key, what became of it, its task, what came out, and
 * what went wrong. Two queries for each page of rows. A text that a spreadsheet would take for a formula is made harmless.
 *
 * @param only rows in these states; default: all
 */
export async function* writeResult(
  deps: ResultDeps,
  { id, orgId }: Batch,
  only?: readonly RowStatus[],
): AsyncGenerator<string> {
  const wanted = only === undefined ? {} : { status: only };
  let columns: string[] | null = null;
  for (let after = 0; ; ) {
    const rows = await deps.store.rows(id, { limit: pageSize, after, ...wanted });
    columns ??= columnsOf(rows[0]);
    if (after === 0) yield toCsv([[...own, ...columns]]);
    const tasks = await deps.readTasks(
      orgId,
      rows.flatMap(({ executionId }) => executionId ?? []),
    );
    const names = columns;
    if (rows.length > 0) yield toCsv(rows.map((row) => toLine(tasks, row, names)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.row;
  }
}

function columnsOf(first: BatchRow | undefined): string[] {
  return first === undefined ? [] : Object.keys(cellsOf(first)).filter((name) => !own.includes(name));
}

function toLine(
  tasks: ReadonlyMap<string, ExecutionState>,
  row: BatchRow,
  columns: readonly string[],
): string[] {
  const { executionId, rowKey, errors } = row;
  const task = executionId === null ? null : (tasks.get(executionId) ?? null);
  const report = executionId === null ? null : reportWork({ executionId, error: null }, task, null);
  const status = task === null ? row.status : task.status === 'RUNNING' ? 'STARTED' : task.status;
  const wrong = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  const cells = cellsOf(row);
  return [
    String(row.row),
    rowKey ?? '',
    status,
    executionId ?? '',
    toText(report?.output ?? null),
    report?.error ?? wrong,
    ...columns.map((name) => toText(cells[name] ?? null)),
  ];
}

function cellsOf({ cellsText }: BatchRow): JsonObject {
  const cells: unknown = JSON.parse(cellsText);
  return isJsonObject(cells) ? cells : {};
}

function toText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toCsv(lines: readonly (readonly string[])[]): string {
  return stringify([...lines] as string[][], { escape_formulas: true, record_delimiter: 'unix' });
}
