import { loggedArguments } from '../../domain/agent-run.ts';
import type { RunStep } from '../../domain/definition.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import type { RunEnd } from '../../domain/run-end.ts';
import { type ToolCallEntry, describeFailure } from '../../domain/run-log.ts';
import {
  type ToolInfo,
  type ToolRef,
  type ToolResult,
  digestToolCall,
  isDestructive,
  isSafeToRepeat,
} from '../../domain/tool-server.ts';
import { AppError } from '../../errors.ts';
import { type ClaimedRun, describeWrongOutput, failedRun } from './claimed-run.ts';
import { fitArguments } from '../../domain/tool-arguments.ts';
import { finishWithOutput } from './finish-with-output.ts';
import type { RunDeps } from './run-deps.ts';
import { toReport } from './run-report.ts';

const outcomeUnknown =
  'The call was begun, and Baton was interrupted before its end: it may have been done or not. Look, and then retry the step or send the task on.';

type ToolStep = Extract<RunStep, { type: 'TOOL' }>;

/** Calls the tool once. What destroys is never called a second time on the quiet. */
export async function runToolStep(deps: RunDeps, run: ClaimedRun<ToolStep>): Promise<RunEnd> {
  const { step, stepExecution, signal } = run;
  const ref = { server: step.toolServer, tool: step.tool };
  const given = stepExecution.inputs['arguments'];
  let args: JsonObject = isJsonObject(given) ? given : {};
  let onceOnly = false;
  const at = deps.clock.now();
  try {
    const info = await findTool(deps, ref, signal);
    onceOnly = info !== undefined && isOnceOnly(info);
    if (run.isRepeated && onceOnly) {
      return failedRun(toReport([]), { reason: 'tool-outcome-unknown', message: outcomeUnknown });
    }
    if (info !== undefined) args = fitArguments(args, info.inputSchema);
    const timeout = step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs };
    const result = await deps.tools.call({ ...ref, arguments: args, signal, ...timeout });
    return await endOf(deps, run, result, toEntry(run, ref, args, { at, result }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const entry = toEntry(run, ref, args, { at, error });
    if (signal.aborted && onceOnly) {
      return failedRun(toReport([entry]), { reason: 'tool-outcome-unknown', message: outcomeUnknown });
    }
    const { code: reason, message, retryable: isRetryable, retryAfterMs, fields } = error;
    const data = fields.length === 0 ? {} : describeWrongOutput('', fields);
    return failedRun(toReport([entry]), { reason, message, data, isRetryable, retryAfterMs });
  }
}

async function findTool(
  { tools }: RunDeps,
  { server, tool }: ToolRef,
  signal: AbortSignal,
): Promise<ToolInfo | undefined> {
  return (await tools.list(server, signal)).find(({ name }) => name === tool);
}

function isOnceOnly(info: ToolInfo): boolean {
  return isDestructive(info) && !isSafeToRepeat(info);
}

async function endOf(
  deps: RunDeps,
  run: ClaimedRun<ToolStep>,
  result: ToolResult,
  entry: ToolCallEntry,
): Promise<RunEnd> {
  const { step } = run;
  if (result.isError) {
    const message = `The tool "${step.tool}" says that it failed: ${result.text.slice(0, 500)}`;
    // Whether what failed may be done again only the step's author can know.
    return failedRun(toReport([entry]), {
      reason: 'tool-error',
      message,
      isRetryable: step.retry !== undefined,
    });
  }
  const output = toOutput(result);
  const schema = step.outputSchema;
  const errors = schema === undefined ? [] : findSchemaErrors(schema as JsonSchema, output);
  if (errors.length > 0) {
    const message = 'What the tool answered does not fit the output schema.';
    const data = describeWrongOutput(result.text, errors);
    return failedRun(toReport([entry]), { reason: 'output-invalid', message, data });
  }
  return finishWithOutput(deps, run, { output, log: [entry], stored: [], model: null });
}

/** Structured content where there is some; text that is a JSON object or list is taken as such. */
function toOutput({ structured, text }: ToolResult): JsonValue {
  if (structured !== null) return structured;
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function toEntry(
  { attempt }: ClaimedRun,
  ref: ToolRef,
  args: JsonObject,
  made: { at: Date; result?: ToolResult; error?: AppError },
): ToolCallEntry {
  const { at, result, error } = made;
  return {
    kind: 'tool',
    at,
    ...ref,
    attempt,
    argumentsText: loggedArguments(JSON.stringify(args)),
    digest: digestToolCall(ref, args),
    outcome: error === undefined ? (result?.isError === true ? 'tool-error' : 'done') : outcomeOf(error),
    resultSizeBytes: result?.sizeBytes ?? 0,
    latencyMs: result?.latencyMs ?? 0,
    error: error === undefined ? null : describeFailure(error),
  };
}

function outcomeOf({ code }: AppError): ToolCallEntry['outcome'] {
  if (code === 'tool-arguments') return 'refused-arguments';
  return code === 'tool-outcome-unknown' ? 'unknown' : 'failed';
}
