import {
  type AgentEnd,
  type AgentFailureCode,
  type AgentRunState,
  outputSchemaOf,
} from '../domain/agent-run.ts';
import type { AgentRunContext } from '../domain/model-runs.ts';
import type { ModelToolCall, ModelTurn, ModelTurnRequest } from '../domain/model-client.ts';
import type { RunLogEntry } from '../domain/run-log.ts';
import { isDestructive } from '../domain/tool-server.ts';
import type { AppError, FieldError } from '../errors.ts';
import { checkAnswer, describeWrongAnswer } from './check-answer.ts';
import { type TurnDeps, askLogged } from './logged-turn.ts';
import { type OfferedTool, toModelTool, toolKey } from './offered-tools.ts';
import { parseArguments, takeCalls } from './take-calls.ts';

/** What one turn has made of a run. */
export type TurnOutcome =
  | { kind: 'next'; state: AgentRunState; log: RunLogEntry[] }
  | { kind: 'interrupted'; error: AppError; log: RunLogEntry[] };

const maxConversationLength = 1_000_000;
const maxCallsPerTurn = 32;

/** Asks the agent's model for its next step, and takes the answer into the run. */
export async function askForNextStep(
  deps: TurnDeps,
  state: AgentRunState,
  offered: readonly OfferedTool[],
  context: AgentRunContext,
): Promise<TurnOutcome> {
  const limit = findLimit(state);
  if (limit !== null) return { kind: 'next', state: { ...state, end: limit }, log: [] };
  const { attempt } = context;
  const purpose = state.repairs > 0 ? 'repair' : 'answer';
  const asked = await askLogged(deps, toRequest(state, offered, context), { purpose, attempt });
  if (asked.kind === 'failed') return { kind: 'interrupted', error: asked.error, log: [asked.entry] };
  const { turn, entry } = asked;
  const after = { ...state, turns: state.turns + 1 };
  switch (turn.kind) {
    case 'refusal':
      return ended(after, failed('model-refused', 'The model refused the task.', turn.text), [entry]);
    case 'cut': {
      const message =
        'The answer of the model was cut at its limit of tokens: raise the maxTokens of the agent.';
      return ended(after, failed('answer-cut', message, turn.text), [entry]);
    }
    case 'text': {
      const taken = takeAnswer(after, turn.text);
      entry.schemaErrors = taken.errors;
      return { kind: 'next', state: taken.state, log: [entry] };
    }
    case 'tool-calls': {
      const taken = takeToolCalls(deps, after, turn, { offered, attempt });
      return { kind: 'next', state: taken.state, log: [entry, ...taken.log] };
    }
  }
}

function findLimit(state: AgentRunState): AgentEnd | null {
  if (state.turns >= state.agent.maxTurns) {
    const message = `The agent was not done after ${state.turns} turns, which is its limit.`;
    return failed('turn-limit', message, null);
  }
  const length = state.messages.reduce((sum, { content }) => sum + content.length, 0);
  if (length <= maxConversationLength) return null;
  return failed('conversation-too-long', 'The conversation with the model has become too long.', null);
}

function toRequest(
  { agent, messages, repairs }: AgentRunState,
  offered: readonly OfferedTool[],
  { signal, callTimeoutMs }: AgentRunContext,
): ModelTurnRequest {
  const schema = outputSchemaOf(agent);
  return {
    provider: agent.provider,
    model: agent.model,
    messages,
    tools: offered.map(toModelTool),
    ...(agent.temperature === null ? {} : { temperature: agent.temperature }),
    ...(agent.maxTokens === null ? {} : { maxTokens: agent.maxTokens }),
    // Not before: a format for the answer keeps some models from calling tools.
    ...(schema === null || repairs === 0 ? {} : { responseSchema: schema }),
    ...(callTimeoutMs === undefined ? {} : { timeoutMs: callTimeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** An answer ends the run when it fits; else the model is shown its errors, once. */
function takeAnswer(state: AgentRunState, text: string): { state: AgentRunState; errors: FieldError[] } {
  const schema = outputSchemaOf(state.agent);
  if (schema === null)
    return { state: { ...state, end: { kind: 'done', text, outputText: null } }, errors: [] };
  const checked = checkAnswer(text, schema);
  if (checked.kind === 'fits') {
    const end: AgentEnd = { kind: 'done', text, outputText: JSON.stringify(checked.output) };
    return { state: { ...state, end }, errors: [] };
  }
  const { errors } = checked;
  if (state.repairs > 0) {
    const message = 'The answer of the model does not fit the output schema.';
    return { state: { ...state, end: { ...failed('output-invalid', message, text), errors } }, errors };
  }
  const messages = [
    ...state.messages,
    { role: 'assistant' as const, content: text },
    { role: 'user' as const, content: describeWrongAnswer(errors, schema) },
  ];
  return { state: { ...state, messages, repairs: state.repairs + 1 }, errors };
}

function takeToolCalls(
  { clock }: TurnDeps,
  state: AgentRunState,
  turn: ModelTurn & { kind: 'tool-calls' },
  { offered, attempt }: { offered: readonly OfferedTool[]; attempt: number },
): { state: AgentRunState; log: RunLogEntry[] } {
  const destructiveNow = offered.filter(({ info }) => isDestructive(info)).map(({ tool }) => toolKey(tool));
  const destructiveSeen = [...new Set([...state.destructiveSeen, ...destructiveNow])];
  const asked = withUniqueIds(turn.toolCalls.slice(0, maxCallsPerTurn));
  const { calls, log } = takeCalls(asked, { offered, destructiveSeen, clock, attempt });
  // Providers refuse a history with arguments that are no JSON.
  const said = asked.map((call) =>
    parseArguments(call.argumentsText) === null || call.argumentsText.trim() === ''
      ? { ...call, argumentsText: '{}' }
      : call,
  );
  const messages = [...state.messages, { role: 'assistant' as const, content: turn.text, toolCalls: said }];
  return { state: { ...state, messages, calls, destructiveSeen }, log };
}

function withUniqueIds(calls: readonly ModelToolCall[]): ModelToolCall[] {
  const seen = new Set<string>();
  return calls.map((call, index) => {
    const id = seen.has(call.id) ? `${call.id}_${index}` : call.id;
    seen.add(id);
    return { ...call, id };
  });
}

function ended(state: AgentRunState, end: AgentEnd, log: RunLogEntry[]): TurnOutcome {
  return { kind: 'next', state: { ...state, end }, log };
}

function failed(code: AgentFailureCode, message: string, text: string | null): AgentEnd & { kind: 'failed' } {
  return { kind: 'failed', code, message, text, errors: [] };
}
