import type { Finding, RuleName, Severity } from '../../../domain/finding.ts';
import { type ModelChoice, chooseModel } from '../../../domain/provider.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';

/** Agents that are named exist, and steps for a model have a provider that has it. */
export const modelsThere: Rule = (context) =>
  reachedSteps(context).flatMap((reached) => {
    const { step } = reached;
    if (step.type === 'PROMPT') {
      const { provider = null, model = null } = step;
      return checkModel(context, reached, 'provider', { provider, model });
    }
    return step.type === 'AGENT' ? checkAgent(context, reached, step.agentId) : [];
  });

function checkAgent(context: LintContext, reached: ReachedStep, agentId: string): Finding[] {
  const { agents, toolServers } = context.surroundings;
  const { name } = reached.step;
  if (agents === null) {
    const message = `Whether the agent of "${name}" exists is known only where the workflow runs.`;
    return [finding(reached, 'agent-missing', 'undecided', 'agentId', message, 'Check it there.')];
  }
  const agent = agents.find(({ id }) => id === agentId);
  if (agent === undefined) {
    const message = `The agent of "${name}" does not exist (any more).`;
    return [finding(reached, 'agent-missing', 'error', 'agentId', message, 'Choose another agent.')];
  }
  const lost = agent.tools.flatMap(({ server, tool }) => {
    const known = toolServers?.find((one) => one.name === server);
    const isGone =
      toolServers !== null &&
      (known === undefined || known.tools?.some((one) => one.name === tool) === false);
    if (!isGone) return [];
    const message = `The agent "${agent.name}" of "${name}" may use the tool "${tool}" of "${server}", which does not exist.`;
    const fix = 'Take the tool from the agent, or configure its server.';
    return [finding(reached, 'tool-missing', 'warning', 'agentId', message, fix)];
  });
  const choice = { provider: agent.provider ?? null, model: agent.model ?? null };
  return [...lost, ...checkModel(context, reached, 'agentId', choice)];
}

/** Without a model the step waits until one is configured, so the workflow is not wrong. */
function checkModel(
  { surroundings: { providers } }: LintContext,
  reached: ReachedStep,
  part: string,
  choice: ModelChoice,
): Finding[] {
  const { name } = reached.step;
  const fix = 'Configure the provider, or choose one that is there.';
  if (providers === null) {
    const message = `Whether there is a model for "${name}" is known only where the workflow runs.`;
    return [finding(reached, 'model-missing', 'undecided', part, message, 'Check it there.')];
  }
  const chosen = chooseModel(providers, choice);
  if (chosen.kind === 'chosen') return [];
  const isNamed = chosen.reason === 'unknown-provider' || chosen.reason === 'unknown-model';
  const message = `"${name}" would wait: ${chosen.message}`;
  return [finding(reached, 'model-missing', isNamed ? 'error' : 'warning', part, message, fix)];
}

function finding(
  { step, path }: ReachedStep,
  rule: RuleName,
  severity: Severity,
  part: string,
  message: string,
  fix: string,
): Finding {
  return { rule, severity, stepName: step.name, part, path, message, fix };
}
