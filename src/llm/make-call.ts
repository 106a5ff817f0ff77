import type { Clock } from '../clock.ts';
import { type AgentCall, loggedArguments } from '../domain/agent-run.ts';
import { type ToolCallEntry, describeFailure } from '../domain/run-log.ts';
import type { ToolRef, ToolResult, ToolServers } from '../domain/tool-server.ts';
import { AppError } from '../errors.ts';
import { toolKey } from './offered-tools.ts';
import { parseArguments } from './take-calls.ts';

export interface CallDeps {
  tools: ToolServers;
  clock: Clock;
}

/** `result`: what the model is told. `interrupted`: the call may be made again later. */
export type MadeCall = { entry: ToolCallEntry } & (
  | { kind: 'made'; result: string }
  | { kind: 'interrupted'; error: AppError }
);

/** What of a result a model is shown. */
const maxShownLength = 20_000;
const unknownOutcome =
  'This call was begun, and Baton was interrupted before its end: it may have been done or not. Do not simply repeat it.';

/**
 * True for a call that must not be made a second time on the quiet: a person has approved it once, or its
 * server has called it destructive. What the server says of it later, that it may be repeated, say, counts for nothing.
 */
export function isOnceOnly(call: AgentCall, ref: ToolRef, destructiveSeen: readonly string[]): boolean {
  return call.wasApproved || destructiveSeen.includes(toolKey(ref));
}

/** What the model and the log are told of a call that was begun and whose end nobody knows. */
export function describeUnknownOutcome(
  call: AgentCall,
  ref: ToolRef,
  facts: EntryFacts,
): MadeCall & { kind: 'made' } {
  return { kind: 'made', result: unknownOutcome, entry: toEntry(call, ref, 'unknown', facts) };
}

interface EntryFacts {
  at: Date;
  attempt: number;
}

/** Makes one call. What the tool or its server finds wrong is told to the model; only what may pass interrupts. */
export async function makeCall(
  { tools, clock }: CallDeps,
  call: AgentCall,
  { ref, onceOnly }: { ref: ToolRef; onceOnly: boolean },
  { attempt, signal }: { attempt: number; signal?: AbortSignal },
): Promise<MadeCall> {
  const at = clock.now();
  const args = parseArguments(call.argumentsText) ?? {};
  try {
    const result = await tools.call({
      ...ref,
      arguments: args,
      ...(signal === undefined ? {} : { signal }),
    });
    const outcome = result.isError ? 'tool-error' : 'done';
    const { sizeBytes: resultSizeBytes, latencyMs } = result;
    const entry = { ...toEntry(call, ref, outcome, { at, attempt }), resultSizeBytes, latencyMs };
    return { kind: 'made', result: describeResult(result), entry };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const entry: ToolCallEntry = {
      ...toEntry(call, ref, outcomeOf(error), { at, attempt }),
      latencyMs: clock.now().getTime() - at.getTime(),
      error: describeFailure(error),
    };
    if (error.retryable && error.code !== 'tool-server-unreachable' && onceOnly) {
      return { kind: 'made', result: unknownOutcome, entry: { ...entry, outcome: 'unknown' } };
    }
    if (error.retryable) return { kind: 'interrupted', error, entry };
    return { kind: 'made', result: describeError(error), entry };
  }
}

function outcomeOf(error: AppError): ToolCallEntry['outcome'] {
  switch (error.code) {
    case 'tool-arguments':
      return 'refused-arguments';
    case 'tool-outcome-unknown':
      return 'unknown';
    default:
      return 'failed';
  }
}

function describeResult({ isError, text, structured }: ToolResult): string {
  const said = text.trim() === '' && structured !== null ? JSON.stringify(structured) : text;
  const shown =
    said.length <= maxShownLength
      ? said
      : `${said.slice(0, maxShownLength).toWellFormed()}\n[cut: ${said.length - maxShownLength} more characters]`;
  return isError ? `The tool says that it failed:\n${shown}` : shown;
}

function describeError(error: AppError): string {
  const lines = error.fields.slice(0, 20).map(({ path, message }) => `- ${path}: ${message}`);
  return [error.message, ...lines].join('\n');
}

function toEntry(
  call: AgentCall,
  ref: ToolRef,
  outcome: ToolCallEntry['outcome'],
  { at, attempt }: EntryFacts,
): ToolCallEntry {
  return {
    kind: 'tool',
    at,
    ...ref,
    attempt,
    argumentsText: loggedArguments(call.argumentsText),
    digest: call.digest,
    outcome,
    resultSizeBytes: 0,
    latencyMs: 0,
    error: null,
  };
}
