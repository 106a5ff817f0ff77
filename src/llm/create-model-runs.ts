import type { ModelRuns } from '../domain/model-runs.ts';
import { pickCondition } from './pick-condition.ts';
import { type AgentDeps, runAgent } from './run-agent.ts';
import { runPrompt } from './run-prompt.ts';

/** The runs of prompts and agents over a model client and tool servers. */
export function createModelRuns(deps: AgentDeps): ModelRuns {
  return {
    runPrompt: (request) => runPrompt(deps, request),
    pickCondition: (request) => pickCondition(deps, request),
    runAgent: (state, context) => runAgent(deps, state, context),
  };
}
