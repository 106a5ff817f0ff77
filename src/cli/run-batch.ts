import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { BatchCounts, BatchStatus, RowProblem } from '../domain/batch.ts';
import { countBegun, countSettled, countWrong } from '../domain/batch.ts';
import { type ApiClient, pollPatienceMs } from './api-client.ts';
import { CliError, exitCodes } from './exit-codes.ts';
import { type FoundWorkflow, findWorkflow } from './find-workflow.ts';
import { pollUntil } from './poll.ts';
import type { ProgressBar } from './progress-bar.ts';

export const batchUsage = `Starts a task for each row of a file, and shows how far they are.

  npm run batch -- <file.csv or .jsonl> --workflow <name or id> [options]

Options     --key-column <name>  the column that names a row, so that it starts one task for good
            --pace <30>          tasks a minute
            --label <text>       the same rows under another label start anew
            --check              only check the rows
            --skip-invalid       start the right rows although others are wrong
            --no-wait            do not wait for the tasks
            --result <file>      default: <file>.result.csv
            --url, --key         default: BATON_URL (http://localhost:3000) and BATON_KEY
Exit code   0 all complete, 1 some are not, 2 the file or the command is wrong, 3 Baton cannot be reached

Interrupted, or run again with the same file and options, it goes on with the same batch. When the workflow has changed
since, the rows are checked anew; those that have a task keep it.
`;

const options = {
  workflow: { type: 'string', short: 'w' },
  'key-column': { type: 'string' },
  pace: { type: 'string' },
  label: { type: 'string' },
  check: { type: 'boolean' },
  'skip-invalid': { type: 'boolean' },
  'no-wait': { type: 'boolean' },
  result: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const;

interface BatchAnswer {
  id: string;
  workflowId: string;
  status: BatchStatus;
  reason: string | null;
  rows: number;
  counts: BatchCounts;
  problems: RowProblem[];
}

export interface BatchOutput {
  tell: (line: string) => void;
  bar: ProgressBar;
}

type Flags = ReturnType<typeof parseBatchFlags>['values'];

const maxShown = 20;
const yearMs = 366 * 86_400_000;

export function parseBatchFlags(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true });
}

/** @returns the exit code */
export async function runBatch(
  api: ApiClient,
  { values: flags, positionals }: ReturnType<typeof parseBatchFlags>,
  { tell, bar }: BatchOutput,
): Promise<number> {
  const [file] = positionals;
  const { workflow: wanted } = flags;
  if (file === undefined || positionals.length > 1 || wanted === undefined) {
    throw new CliError(exitCodes.wrong, `Name one file, and a workflow with --workflow.\n\n${batchUsage}`);
  }
  await requireFile(file);
  const workflow = await findWorkflow(api, wanted);
  const batch = await sendFile(api, file, workflow, flags);
  const path = `/api/workflows/${workflow.id}/batches/${batch.id}`;
  tell(`${file}: ${batch.rows} rows for ${workflow.name}, batch ${batch.id}.`);
  tellProblems(batch, tell);
  if (flags.check === true)
    tell(`${batch.rows - countWrong(batch.counts)} rows are right, ${countWrong(batch.counts)} are wrong.`);
  if (flags.check === true) return batch.status === 'INVALID' ? exitCodes.wrong : exitCodes.done;
  if (batch.status === 'INVALID' && flags['skip-invalid'] !== true) {
    tell('Nothing was started. Correct the file, or start the right rows with --skip-invalid.');
    return exitCodes.wrong;
  }
  await begin(api, path, batch);
  if (flags['no-wait'] === true) return exitCodes.done;
  const ended = await follow(api, path, bar);
  return finish(api, path, ended, flags.result ?? `${file.replace(/\.\w+$/, '')}.result.csv`, tell);
}

async function begin(api: ApiClient, path: string, { status }: BatchAnswer): Promise<void> {
  if (status !== 'CHECKED' && status !== 'INVALID' && status !== 'PAUSED') return;
  await api.ask('PATCH', path, { json: { status: 'RUNNING', skipInvalid: true } });
}

async function follow(api: ApiClient, path: string, bar: ProgressBar): Promise<BatchAnswer> {
  bar.start();
  try {
    return await pollUntil(() => api.ask<BatchAnswer>('GET', path, { patienceMs: pollPatienceMs }), {
      isOver: ({ status }) => status !== 'RUNNING' && status !== 'CHECKING',
      timeoutMs: yearMs,
      see: ({ rows, counts }) => {
        const { COMPLETED: complete, FAILED: stopped, REFUSED: refused } = counts;
        bar.update(countSettled(counts), rows, {
          begun: countBegun(counts),
          complete,
          stopped: stopped + refused,
        });
      },
      maxMs: 5_000,
    });
  } finally {
    bar.stop();
  }
}

async function finish(
  api: ApiClient,
  path: string,
  { status, reason, counts, rows }: BatchAnswer,
  resultFile: string,
  tell: (line: string) => void,
): Promise<number> {
  await api.download(`${path}/result`, (body) => writeWhole(resultFile, body));
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.toLowerCase()}`);
  tell(`${status === 'COMPLETED' ? 'Done' : status}: ${parts.join(', ')}. The result is in ${resultFile}.`);
  if (reason !== null) tell(reason);
  return status === 'COMPLETED' && counts.COMPLETED === rows ? exitCodes.done : exitCodes.failed;
}

/** What was there before stays until all has come. @throws CliError when it cannot be written */
async function writeWhole(file: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${file}.part`;
  try {
    await pipeline(Readable.from(body), createWriteStream(draft));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    // What the network does is tried again; what the disk does is not.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new CliError(exitCodes.wrong, `The result cannot be written to ${file}: ${error.message}`);
  }
}

/**
 * The same file with the same options is the same batch, so that an interrupted run goes on. Once the workflow has
 * another revision it is another batch: what is right may have changed. A row that has a task keeps it all the same.
 */
async function sendFile(
  api: ApiClient,
  file: string,
  { id: workflowId, revision }: FoundWorkflow,
  flags: Flags,
): Promise<BatchAnswer> {
  const query = new URLSearchParams({ name: basename(file).slice(0, 200) });
  if (flags['key-column'] !== undefined) query.set('rowKey', flags['key-column']);
  if (flags.pace !== undefined) query.set('pacePerMinute', flags.pace);
  if (flags.label !== undefined) query.set('label', flags.label);
  const hash = createHash('sha256').update(`${revision}\n${query.toString()}\n`);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  const type = /\.(jsonl|ndjson)$/i.test(file) ? 'application/x-ndjson' : 'text/csv';
  return api.ask<BatchAnswer>('POST', `/api/workflows/${workflowId}/batches?${query.toString()}`, {
    stream: { type, open: () => createReadStream(file) },
    headers: { 'idempotency-key': hash.digest('hex') },
  });
}

function tellProblems({ problems, counts }: BatchAnswer, tell: (line: string) => void): void {
  for (const { row, errors } of problems.slice(0, maxShown)) {
    const what = errors.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    tell(`  row ${row}: ${what}`);
  }
  const all = countWrong(counts);
  if (all > maxShown) tell(`  … and ${all - Math.min(problems.length, maxShown)} more`);
}

async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw new CliError(exitCodes.wrong, `There is no file ${file}.`);
}
