import type { AgentInput } from '../../domain/agent.ts';
import type { RunStep } from '../../domain/definition.ts';
import { type ChosenModel, type ModelChoice, chooseModel } from '../../domain/provider.ts';
import type { StoredRun } from '../../domain/step-run-store.ts';
import type { RunDeps } from './run-deps.ts';
import type { RunTicket } from './run-ticket.ts';

/** What a run needs before it can begin. */
export type RunPlan =
  | { kind: 'prompt'; model: Model }
  /** `stored`: a run that was begun before, and stays pinned to what it was begun with. */
  | { kind: 'agent'; agent: AgentInput | null; model: Model; stored: StoredRun | null }
  | { kind: 'tool' }
  /** It waits until somebody has configured what it needs. */
  | { kind: 'wait'; message: string }
  /** It cannot be done, whoever waits for how long. */
  | { kind: 'impossible'; reason: string; message: string };

export interface Model {
  provider: string;
  model: string;
}

/** Finds out what the run needs, and whether it is there. */
export async function planRun(deps: RunDeps, ticket: RunTicket, step: RunStep): Promise<RunPlan> {
  switch (step.type) {
    case 'TOOL':
      return { kind: 'tool' };
    case 'PROMPT':
      return whenChosen(chooseModel(deps.providers, choiceOf(step)), (model) => ({ kind: 'prompt', model }));
    case 'AGENT':
      return planAgent(deps, ticket, step.agentId);
  }
}

/** Who or what does the run, by name. */
export function handlerOf(step: RunStep, plan: RunPlan): string {
  if (plan.kind === 'agent') return plan.stored?.state?.agent.name ?? plan.agent?.name ?? '';
  if (plan.kind === 'prompt') return `${plan.model.provider}/${plan.model.model}`;
  return step.type === 'TOOL' ? `${step.toolServer}/${step.tool}` : '';
}

async function planAgent(deps: RunDeps, ticket: RunTicket, agentId: string): Promise<RunPlan> {
  const stored = await deps.stepRuns.find(ticket.stepExecutionId);
  if (stored !== null && stored.state !== null) {
    const chosen = chooseModel(deps.providers, stored.state.agent);
    return whenChosen(chosen, (model) => ({ kind: 'agent', agent: null, model, stored }));
  }
  const agent = await deps.agents.find(ticket.orgId, agentId);
  if (agent === null) {
    const message = 'The agent of this step does not exist any more: choose another one in the step.';
    return { kind: 'impossible', reason: 'agent-missing', message };
  }
  return whenChosen(chooseModel(deps.providers, choiceOf(agent)), (model) => ({
    kind: 'agent',
    agent,
    model,
    stored,
  }));
}

function choiceOf({ provider, model }: Pick<AgentInput, 'provider' | 'model'>): ModelChoice {
  return { provider: provider ?? null, model: model ?? null };
}

/** Providers and models are configured: what is missing may be there after the next start. */
function whenChosen(chosen: ChosenModel, plan: (model: Model) => RunPlan): RunPlan {
  if (chosen.kind === 'chosen') return plan({ provider: chosen.provider.name, model: chosen.model });
  return { kind: 'wait', message: chosen.message };
}
