import type { Clock } from '../clock.ts';
import { type AgentCall, loggedArguments } from '../domain/agent-run.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { findSchemaErrors } from '../domain/json-schema.ts';
import type { ModelToolCall } from '../domain/model-client.ts';
import type { ToolCallEntry } from '../domain/run-log.ts';
import { digestToolCall } from '../domain/tool-server.ts';
import { errorMessage } from '../errors.ts';
import { type OfferedTool, needsApproval } from './offered-tools.ts';

export interface TakenCalls {
  calls: AgentCall[];
  /** What is refused without being called. */
  log: ToolCallEntry[];
}

interface Facts {
  offered: readonly OfferedTool[];
  destructiveSeen: readonly string[];
  clock: Clock;
  attempt: number;
}

/**
 * What becomes of the calls that a model asks for: ready, waiting for a person, or refused at once, because the
 * agent has no such tool or the arguments do not fit. The model is told why.
 */
export function takeCalls(asked: readonly ModelToolCall[], facts: Facts): TakenCalls {
  const taken: TakenCalls = { calls: [], log: [] };
  for (const call of asked) {
    const offered = facts.offered.find(({ wireName }) => wireName === call.name);
    const [outcome, refusal] = findRefusal(call, offered, facts.offered);
    const args = refusal === null ? parseArguments(call.argumentsText) : null;
    const ref = offered === undefined ? null : { server: offered.tool.server, tool: offered.tool.tool };
    const isFree = offered !== undefined && !needsApproval(offered, facts.destructiveSeen);
    const taking: AgentCall = {
      callId: call.id,
      ref,
      argumentsText: call.argumentsText.trim() === '' ? '{}' : call.argumentsText,
      digest: args === null || ref === null ? null : digestToolCall(ref, args),
      status: refusal === null ? (isFree ? 'ready' : 'waiting') : 'done',
      wasApproved: false,
      result: refusal,
    };
    taken.calls.push(taking);
    if (refusal !== null) taken.log.push(refusedEntry(call.name, taking, outcome, facts));
  }
  return taken;
}

/** The arguments as an object, or null. Some models send nothing for a tool without arguments. */
export function parseArguments(text: string): JsonObject | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && JSON.stringify(value).isWellFormed() ? value : null;
  } catch {
    return null;
  }
}

type Refused = readonly [outcome: 'not-allowed' | 'refused-arguments', refusal: string | null];

function findRefusal(
  call: ModelToolCall,
  offered: OfferedTool | undefined,
  all: readonly OfferedTool[],
): Refused {
  if (offered === undefined) {
    const names = all.map(({ wireName }) => wireName).join(', ');
    return ['not-allowed', `You have no tool "${call.name}". You have: ${names === '' ? 'none' : names}.`];
  }
  const args = parseArguments(call.argumentsText);
  if (args === null) return ['refused-arguments', 'Not called: the arguments are no JSON object.'];
  try {
    const errors = findSchemaErrors(offered.info.inputSchema, args);
    const lines = errors.slice(0, 20).map(({ path, message }) => `- ${path || 'the arguments'}: ${message}`);
    const refusal = errors.length === 0 ? null : `Not called: the arguments do not fit.\n${lines.join('\n')}`;
    return ['refused-arguments', refusal];
  } catch (error) {
    return ['refused-arguments', `Not called: the tool's schema cannot be used: ${errorMessage(error)}`];
  }
}

function refusedEntry(
  name: string,
  call: AgentCall,
  outcome: ToolCallEntry['outcome'],
  { clock, attempt }: Facts,
): ToolCallEntry {
  return {
    kind: 'tool',
    at: clock.now(),
    server: call.ref?.server ?? '',
    tool: call.ref?.tool ?? name.slice(0, 200),
    attempt,
    argumentsText: loggedArguments(call.argumentsText),
    digest: call.digest,
    outcome,
    resultSizeBytes: 0,
    latencyMs: 0,
    error: null,
  };
}
