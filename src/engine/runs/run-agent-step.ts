import {
  type AgentRunState,
  decideAgentCalls,
  outputOf,
  pendingApprovals,
  startAgentRun,
} from '../../domain/agent-run.ts';
import { pinAgent } from '../../domain/agent.ts';
import type { RunStep } from '../../domain/definition.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { AgentProgress } from '../../domain/model-runs.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RunEnd } from '../../domain/run-end.ts';
import type { ToolCallEntry } from '../../domain/run-log.ts';
import type { StoredRun } from '../../domain/step-run-store.ts';
import { type ClaimedRun, describeWrongOutput, failedRun, inputText } from './claimed-run.ts';
import { finishWithOutput } from './finish-with-output.ts';
import type { RunDeps } from './run-deps.ts';
import type { RunPlan } from './run-plan.ts';
import { toLogEntries, toReport } from './run-report.ts';

type AgentPlan = Extract<RunPlan, { kind: 'agent' }>;

type AgentStep = Extract<RunStep, { type: 'AGENT' }>;

/**
 * Goes on with the run of an agent where it stood, storing each turn and call before anything builds on it.
 *
 * @throws Refusal when a later claim has taken the run over
 */
export async function runAgentStep(
  deps: RunDeps,
  run: ClaimedRun<AgentStep>,
  plan: AgentPlan,
): Promise<RunEnd> {
  const { stepExecutionId } = run.ticket;
  const { claims: fence = 0, startsWithoutEnd = 1 } = run.stepExecution.run ?? {};
  const claim = { ...run.ticket, token: run.token, fence, openSince: fence - startsWithoutEnd + 1 };
  const stored = await deps.stepRuns.claim(claim);
  if (stored === null) throw takenOver();
  const log: JsonObject[] = [...stored.log];
  const decided = takeDecisions(deps, run, stateOf(run, plan, stored));
  const taken = toLogEntries(decided.log);
  if (taken.length > 0 && !(await deps.stepRuns.save(claim, decided.state, taken))) throw takenOver();
  log.push(...taken);
  const progress = await deps.runs.runAgent(decided.state, {
    attempt: run.attempt,
    ...(run.step.timeoutMs === undefined ? {} : { callTimeoutMs: run.step.timeoutMs }),
    signal: run.signal,
    checkpoint: async (state, entries) => {
      const more = toLogEntries(entries);
      if (!(await deps.stepRuns.save(claim, state, more))) throw takenOver();
      log.push(...more);
    },
  });
  return endOf(deps, { ...run, ticket: { ...run.ticket, stepExecutionId } }, plan, { progress, log });
}

/** What was begun goes on; else a new run, pinned to the agent as it is now. */
function stateOf(
  { step, stepExecution }: ClaimedRun<AgentStep>,
  plan: AgentPlan,
  stored: StoredRun,
): AgentRunState {
  const begun = stored.state ?? plan.stored?.state ?? null;
  if (begun !== null) return begun;
  if (plan.agent === null) throw new Error('a run that was begun has lost its state');
  const schema = step.outputSchema === undefined ? null : (step.outputSchema as JsonSchema);
  return startAgentRun(pinAgent(plan.agent, plan.model, schema), inputText(stepExecution, 'task'));
}

/** What people have decided since. A decision that was taken up before, by a process that died, counts once. */
function takeDecisions(
  { clock }: RunDeps,
  { stepExecution, attempt }: ClaimedRun<AgentStep>,
  state: AgentRunState,
): { state: AgentRunState; log: ToolCallEntry[] } {
  const waiting = pendingApprovals(state);
  const decisions = (stepExecution.run?.decisions ?? []).filter(({ callId, digest }) =>
    waiting.some((call) => call.callId === callId && call.digest === digest),
  );
  return decideAgentCalls(state, decisions, { now: clock.now(), attempt });
}

async function endOf(
  deps: RunDeps,
  run: ClaimedRun<AgentStep>,
  { model }: AgentPlan,
  { progress, log }: { progress: AgentProgress; log: JsonObject[] },
): Promise<RunEnd> {
  const report = toReport([], log);
  switch (progress.kind) {
    case 'interrupted': {
      const { code: reason, message, retryable: isRetryable, retryAfterMs } = progress.error;
      return failedRun(report, { reason, message, isRetryable, retryAfterMs });
    }
    case 'needs-approval':
      return { kind: 'needs-approval', agentName: progress.state.agent.name, calls: progress.calls, report };
    case 'ended': {
      const { end } = progress;
      if (end.kind === 'done') {
        return finishWithOutput(deps, run, { output: outputOf(end), log: [], stored: log, model });
      }
      const data = describeWrongOutput(end.text ?? '', end.errors);
      return failedRun(report, { reason: end.code, message: end.message, data });
    }
  }
}

function takenOver(): Refusal {
  return new Refusal({ kind: 'run-refused', detail: 'Somebody else goes on with this run.' });
}
