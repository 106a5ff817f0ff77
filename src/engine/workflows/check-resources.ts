import { distance } from 'fastest-levenshtein';
import type { Step } from '../../domain/definition.ts';
import type { JsonObject } from '../../domain/json.ts';
import { chooseModel, type ModelChoice } from '../../domain/provider.ts';
import { findTool, type StepResources } from '../../domain/step-resources.ts';
import { findArgumentErrors } from '../../domain/tool-arguments.ts';
import type { ToolInfo } from '../../domain/tool-server.ts';
import type { FieldError } from '../../errors.ts';

/** What is wrong with what steps name. `errors` stay wrong; `warnings` may be put right by whoever runs Baton. */
export interface ResourceFindings {
  errors: FieldError[];
  warnings: FieldError[];
}

type ToolStep = Extract<Step, { type: 'TOOL' }>;

const maxNamed = 10;

/**
 * Whether the agents, providers, models, tool servers and tools that steps name are there, and whether the
 * arguments that are written out fit the tool. A provider that is not configured is a warning: such a step waits and says
 * so. Paths begin with `steps/<index>`.
 */
export function checkResources(
  steps: readonly { step: Step; index: number }[],
  resources: StepResources,
): ResourceFindings {
  const findings: ResourceFindings = { errors: [], warnings: [] };
  for (const { step, index } of steps) {
    const at = (field: string): string => `steps/${index}/${field}`;
    if (step.type === 'PROMPT') checkModel(step, resources, at, findings);
    if (step.type === 'AGENT' && !resources.agents.some(({ id }) => id === step.agentId)) {
      findings.errors.push({ path: at('agentId'), message: explainNoAgent(resources) });
    }
    if (step.type === 'TOOL') checkTool(step, resources, at, findings);
  }
  return findings;
}

/** Those that name something else than before, or are new: what stood before is not refused because the world has changed. */
export function stepsToCheck(
  after: readonly Step[],
  before: readonly Step[] = [],
): { step: Step; index: number }[] {
  return after.flatMap((step, index) => {
    const names = namesOf(step);
    const old = before.find(({ id }) => id === step.id);
    const isSame = old !== undefined && JSON.stringify(namesOf(old)) === JSON.stringify(names);
    return names === null || isSame ? [] : [{ step, index }];
  });
}

/** A model that its provider does not have stays wrong; all else is a matter of configuration. */
export function checkModel(
  choice: ModelChoice,
  { providers }: Pick<StepResources, 'providers'>,
  at: (field: string) => string,
  findings: ResourceFindings,
): void {
  const chosen = chooseModel(providers, choice);
  if (chosen.kind === 'chosen') return;
  const { reason, message } = chosen;
  const field = reason === 'unknown-model' || reason === 'no-model' ? 'model' : 'provider';
  const found = { path: at(field), message };
  if (reason === 'unknown-model') findings.errors.push(found);
  else findings.warnings.push({ ...found, message: `${message} Until then the step waits, and says so.` });
}

/** Whether a tool is there. @returns it, where its server tells of it */
export function checkToolName(
  { server, tool }: { server: string; tool: string },
  resources: StepResources,
  at: { server: string; tool: string },
  findings: ResourceFindings,
): ToolInfo | undefined {
  const { toolServers } = resources;
  const found = toolServers.find(({ name }) => name === server);
  if (found === undefined) {
    const known = toolServers.length === 0 ? 'None is configured.' : `There are: ${list(toolServers)}.`;
    const message = `"${server}" is no tool server that Baton is allowed to use. ${known}`;
    findings.errors.push({ path: at.server, message });
    return undefined;
  }
  if (found.problem !== null) {
    const message = `could not be checked: ${found.problem}`;
    findings.warnings.push({ path: at.tool, message });
  }
  if (found.tools === null) return undefined;
  const info = findTool(resources, server, tool);
  if (info === undefined) {
    const near = nearest(
      tool,
      found.tools.map(({ name }) => name),
    );
    const hint = near === null ? `It has: ${list(found.tools)}.` : `Did you mean "${near}"?`;
    const message = `The tool server "${server}" has no tool "${tool}". ${hint}`;
    findings.errors.push({ path: at.tool, message });
  }
  return info;
}

function checkTool(
  step: ToolStep,
  resources: StepResources,
  at: (field: string) => string,
  findings: ResourceFindings,
): void {
  const places = { server: at('toolServer'), tool: at('tool') };
  const info = checkToolName({ server: step.toolServer, tool: step.tool }, resources, places, findings);
  if (info === undefined) return;
  const args = (step.inputsTemplate?.arguments ?? {}) as JsonObject;
  for (const { path, message } of findArgumentErrors(info, args)) {
    findings.errors.push({ path: at(`inputsTemplate/${path}`), message });
  }
}

function namesOf(step: Step): object | null {
  switch (step.type) {
    case 'PROMPT':
      return { provider: step.provider, model: step.model };
    case 'AGENT':
      return { agentId: step.agentId };
    case 'TOOL':
      return { server: step.toolServer, tool: step.tool, arguments: step.inputsTemplate?.arguments };
    default:
      return null;
  }
}

function explainNoAgent({ agents }: StepResources): string {
  if (agents.length === 0) return 'is no agent of this org: it has none yet';
  const known = agents.slice(0, maxNamed).map(({ id, name }) => `${name} (${id})`);
  return `is no agent of this org; it has ${known.join(', ')}`;
}

function nearest(typed: string, names: readonly string[]): string | null {
  const [best] = names
    .map((name) => ({ name, wrong: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((left, right) => left.wrong - right.wrong);
  return best !== undefined && best.wrong <= 3 ? best.name : null;
}

function list(named: readonly { name: string }[]): string {
  const names = named.slice(0, maxNamed).map(({ name }) => name);
  return named.length > maxNamed
    ? `${names.join(', ')} and ${named.length - maxNamed} more`
    : names.join(', ');
}
