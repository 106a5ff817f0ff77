import { type AgentCall, type AgentRunState, pendingApprovals } from '../domain/agent-run.ts';
import type { ModelMessage } from '../domain/model-client.ts';
import type { AgentProgress, AgentRunContext } from '../domain/model-runs.ts';
import type { RunLogEntry } from '../domain/run-log.ts';
import { AppError } from '../errors.ts';
import { askForNextStep } from './agent-turn.ts';
import type { TurnDeps } from './logged-turn.ts';
import { type CallDeps, describeUnknownOutcome, isOnceOnly, makeCall } from './make-call.ts';
import { type OfferedTool, listOffered } from './offered-tools.ts';

export type AgentDeps = TurnDeps & CallDeps;

/** What one move has made of a run: it goes on from `state`, unless something outside failed. */
type Moved = { state: AgentRunState; log: RunLogEntry[]; error: AppError | null };

/**
 * Goes on with a run until it ends, needs a person, or is interrupted. Each turn of the model and each
 * call is stored by `checkpoint` before anything builds on it.
 */
export async function runAgent(
  deps: AgentDeps,
  start: AgentRunState,
  context: AgentRunContext,
): Promise<AgentProgress> {
  let state = start;
  for (;;) {
    if (state.end !== null) return { kind: 'ended', end: state.end, state };
    const next = nextCall(state);
    if (next === undefined && state.calls.some(({ status }) => status === 'waiting')) {
      return { kind: 'needs-approval', calls: pendingApprovals(state), state };
    }
    const moved =
      next === undefined
        ? await takeTurn(deps, tellResults(state), context)
        : await takeCall(deps, state, next, context);
    state = moved.state;
    await context.checkpoint(state, moved.log);
    if (moved.error !== null) return { kind: 'interrupted', error: moved.error, state };
  }
}

function nextCall({ calls }: AgentRunState): AgentCall | undefined {
  return calls.find(({ status }) => status === 'ready' || status === 'approved' || status === 'started');
}

/** The results of all calls of the last turn, in its order. */
function tellResults(state: AgentRunState): AgentRunState {
  const results = state.calls.map(
    ({ callId, result }): ModelMessage => ({ role: 'tool', toolCallId: callId, content: result ?? '' }),
  );
  return results.length === 0 ? state : { ...state, messages: [...state.messages, ...results], calls: [] };
}

async function takeTurn(deps: AgentDeps, state: AgentRunState, context: AgentRunContext): Promise<Moved> {
  let offered: OfferedTool[];
  try {
    offered = await listOffered(state.agent.tools, deps.tools, context.signal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { state, log: [], error };
  }
  const outcome = await askForNextStep(deps, state, offered, context);
  if (outcome.kind === 'interrupted') return { state, log: outcome.log, error: outcome.error };
  return { state: outcome.state, log: outcome.log, error: null };
}

async function takeCall(
  deps: AgentDeps,
  state: AgentRunState,
  call: AgentCall,
  context: AgentRunContext,
): Promise<Moved> {
  const { ref } = call;
  if (ref === null) return done(state, call, 'There is no such tool.', []);
  const onceOnly = isOnceOnly(call, ref, state.destructiveSeen);
  if (call.status === 'started' && onceOnly) {
    const at = deps.clock.now();
    const unknown = describeUnknownOutcome(call, ref, { at, attempt: context.attempt });
    return done(state, call, unknown.result, [unknown.entry]);
  }
  const started = withCall(state, { ...call, status: 'started' });
  await context.checkpoint(started, []);
  const made = await makeCall(deps, call, { ref, onceOnly }, context);
  if (made.kind === 'made') return done(started, call, made.result, [made.entry]);
  const status = call.wasApproved ? 'approved' : 'ready';
  return { state: withCall(started, { ...call, status }), log: [made.entry], error: made.error };
}

function done(state: AgentRunState, call: AgentCall, result: string, log: RunLogEntry[]): Moved {
  return { state: withCall(state, { ...call, status: 'done', result }), log, error: null };
}

function withCall(state: AgentRunState, changed: AgentCall): AgentRunState {
  return {
    ...state,
    calls: state.calls.map((call) => (call.callId === changed.callId ? changed : call)),
  };
}
