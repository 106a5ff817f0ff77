import { randomUUID } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Duration, durationMs } from '../domain/duration.ts';
import { readEnvironment } from '../config.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../domain/json.ts';
import { type ApiClient, pollPatienceMs } from './api-client.ts';
import { CliError, exitCodes } from './exit-codes.ts';
import { type FoundWorkflow, findWorkflow } from './find-workflow.ts';
import { pollUntil } from './poll.ts';

export const triggerUsage = `Starts work in Baton, waits for it, and ends with its outcome.

  npx baton-trigger --intake <id> [inputs] [options]
  npx baton-trigger --workflow <name or id> [inputs] [options]

Inputs      --input key=value   again and again; a value that is JSON is taken as such, unless the workflow wants a text;
                                1.10 and 1e3 only where it wants a number
            --text key=value    the same, always as a text
            --data '<JSON>', --data-file <file>
Options     --row-key <text>   the same key starts the same work once; default: a new one for each call
            --timeout <30m>    how long to wait; default 1h
            --no-wait          only start it
            --url, --key       default: BATON_URL (http://localhost:3000) and BATON_KEY
Exit code   0 completed, 1 failed or cancelled, 2 refused, 3 Baton cannot be reached, 4 not over in time

Progress goes to the standard error, the output as JSON to the standard output. In GitHub Actions, work_id,
status and output are set as outputs of the step.
`;

const options = {
  intake: { type: 'string' },
  workflow: { type: 'string' },
  input: { type: 'string', multiple: true },
  text: { type: 'string', multiple: true },
  data: { type: 'string' },
  'data-file': { type: 'string' },
  'row-key': { type: 'string' },
  timeout: { type: 'string' },
  'no-wait': { type: 'boolean' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const;

export type TriggerFlags = ReturnType<typeof parseTriggerFlags>;

/** How far the work has come, the same for intakes and for tasks that are started directly. */
interface WorkState {
  id: string;
  status: 'pending' | 'running' | 'completed' | 'failed';
  output: JsonValue;
  error: string | null;
  /** What it waits for. Absent: not known. */
  waits?: Waits | undefined;
}

/** Why a task is where it is. The sentence changes with the time, such as how long ago somebody was asked: `place` does not. */
interface Waits {
  place: string;
  sentence: string;
}

export function parseTriggerFlags(args: string[]) {
  return parseArgs({ args, options, allowPositionals: false }).values;
}

/** @param tell for progress @returns the exit code */
export async function runTrigger(
  api: ApiClient,
  flags: TriggerFlags,
  { tell, print }: { tell: (line: string) => void; print: (line: string) => void },
): Promise<number> {
  const found = await findWanted(api, flags);
  const inputs = await readInputs(flags, found);
  const timeoutMs = timeoutOf(flags.timeout);
  const key = flags['row-key'] ?? randomUUID();
  const work = await startWork(api, flags.intake, found, { inputs, key });
  tell(`Started ${work.id}.`);
  if (flags['no-wait'] === true) {
    await setOutputs({ id: work.id, status: 'pending', output: null, error: null });
    print(JSON.stringify({ work_id: work.id }));
    return exitCodes.done;
  }
  let last = '';
  const see = ({ status, waits }: WorkState): void => {
    const now = waits?.place ?? status;
    if (now !== last) tell(waits?.sentence ?? `It is ${status}.`);
    last = now;
  };
  const ended = await pollUntil(work.read, {
    isOver: ({ status }) => status === 'completed' || status === 'failed',
    timeoutMs,
    see,
  });
  await setOutputs(ended);
  print(JSON.stringify(ended.output));
  if (ended.status === 'completed') return exitCodes.done;
  if (ended.status !== 'failed') {
    tell(
      `It is not over after ${flags.timeout ?? '1h'}: it goes on, and this does not wait for it any more.`,
    );
    return exitCodes.timedOut;
  }
  tell(ended.error ?? 'It failed.');
  return exitCodes.failed;
}

/** @returns null for an intake @throws CliError unless one of the two is named */
async function findWanted(api: ApiClient, { intake, workflow }: TriggerFlags): Promise<FoundWorkflow | null> {
  if (intake !== undefined && workflow === undefined) return null;
  if (workflow !== undefined && intake === undefined) return findWorkflow(api, workflow);
  throw new CliError(exitCodes.wrong, 'Say what to start: --intake <id>, or --workflow <name or id>.');
}

async function startWork(
  api: ApiClient,
  intake: string | undefined,
  workflow: FoundWorkflow | null,
  { inputs, key }: { inputs: JsonObject; key: string },
): Promise<{ id: string; read: () => Promise<WorkState> }> {
  const headers = { 'idempotency-key': key };
  if (workflow !== null) {
    const path = `/api/workflows/${workflow.id}/executions`;
    const { id } = await api.ask<{ id: string }>('POST', path, { json: { inputs }, headers });
    return { id, read: () => readTask(api, id) };
  }
  const path = `/v1/intake/${encodeURIComponent(intake ?? '')}`;
  const { work_id: id } = await api.ask<{ work_id: string }>('POST', path, { json: inputs, headers });
  const read = async (): Promise<WorkState> => ({
    ...(await api.ask<Omit<WorkState, 'id'>>('GET', `${path}/work/${id}`, { patienceMs: pollPatienceMs })),
    id,
  });
  return { id, read };
}

interface TaskAnswer {
  status: string;
  /** Id of the step that it is at. */
  pointer: string | null;
  failure: { message: string } | null;
  context: { steps: JsonObject };
}

async function readTask(api: ApiClient, id: string): Promise<WorkState> {
  const { status, pointer, failure, context } = await api.ask<TaskAnswer>(
    'GET',
    `/api/workflows/executions/${id}`,
    {
      patienceMs: pollPatienceMs,
    },
  );
  if (status === 'RUNNING')
    return { id, status: 'running', output: null, error: null, waits: await readWaits(api, id, pointer) };
  if (status === 'COMPLETED') return { id, status: 'completed', output: context.steps, error: null };
  return { id, status: 'failed', output: null, error: failure?.message ?? `The task is ${status}.` };
}

/** Progress is no reason to stop: what cannot be read is left out. */
async function readWaits(api: ApiClient, id: string, pointer: string | null): Promise<Waits | undefined> {
  try {
    const path = `/api/workflows/executions/${id}/why`;
    const { cause, sentence } = await api.ask<{ cause: string; sentence: string }>('GET', path);
    // It may have ended since it was looked at.
    return cause === 'ended' ? undefined : { place: `${pointer ?? ''} ${cause}`, sentence };
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

async function readInputs(flags: TriggerFlags, workflow: FoundWorkflow | null): Promise<JsonObject> {
  const file = flags['data-file'];
  const text = file === undefined ? flags.data : await readText(file);
  const data = text === undefined ? {} : parseJson(text, file === undefined ? '--data' : file);
  if (!isJsonObject(data)) throw new CliError(exitCodes.wrong, 'The data must be a JSON object.');
  const given = (flags.input ?? []).map((pair): [string, JsonValue] => {
    const [name, value] = splitPair('--input', pair);
    return [name, readValue(value, typesOf(workflow, name))];
  });
  const texts = (flags.text ?? []).map((pair) => splitPair('--text', pair));
  return { ...data, ...Object.fromEntries(given), ...Object.fromEntries(texts) };
}

function splitPair(flag: string, pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new CliError(exitCodes.wrong, `${flag} ${pair} must be key=value.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** What an intake wants nobody here knows. */
function typesOf(workflow: FoundWorkflow | null, name: string): readonly JsonValue[] {
  const properties = workflow?.inputsSchema['properties'];
  const property = isJsonObject(properties) ? properties[name] : undefined;
  const type = isJsonObject(property) ? (property['type'] ?? []) : [];
  return Array.isArray(type) ? type : [type];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(
      exitCodes.wrong,
      `${file} cannot be read: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(exitCodes.wrong, `${where} is no JSON.`);
  }
}

/**
 * `420`, `true` and `["a"]` are what they look like; all else is text, as are numbers that would be written otherwise,
 * such as `1.10`, unless a number is wanted.
 *
 * @param types what the workflow wants; none where that is not known
 */
function readValue(text: string, types: readonly JsonValue[]): JsonValue {
  const isTextWanted = types.includes('string');
  if (isTextWanted && types.length === 1) return text;
  const isNumberWanted = !isTextWanted && (types.includes('number') || types.includes('integer'));
  try {
    const value = JSON.parse(text) as JsonValue;
    if (typeof value !== 'number' || String(value) === text) return value;
    return isNumberWanted && Number.isFinite(value) ? value : text;
  } catch {
    return text;
  }
}

function timeoutOf(text: string | undefined): number {
  const read = Duration.safeParse(text ?? '1h');
  if (read.success) return durationMs(read.data);
  throw new CliError(exitCodes.wrong, `--timeout ${text ?? ''} must be a duration such as 30s, 15m or 4h.`);
}

/** What a later step of a GitHub Actions workflow can read. A line break in a value would begin another output. */
async function setOutputs({ id, status, output }: WorkState): Promise<void> {
  const file = readEnvironment()['GITHUB_OUTPUT'];
  if (file === undefined || file === '') return;
  await appendFile(file, `work_id=${id}\nstatus=${status}\noutput=${JSON.stringify(output)}\n`);
}
