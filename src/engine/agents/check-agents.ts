import type { AgentInput } from '../../domain/agent.ts';
import type { StepResourceSource } from '../../domain/step-resources.ts';
import { ValidationError } from '../../errors.ts';
import type { AgentChanges, Agents } from './agents.ts';
import { checkModel, checkToolName, type ResourceFindings } from '../workflows/check-resources.ts';

type Named = Pick<AgentChanges, 'tools' | 'provider' | 'model'>;

/**
 * The agents, where nothing is saved that names a tool server, a tool or a model which is not there. A provider that is
 * not configured, and a server that does not answer now, are no reason to refuse: its steps wait, and say so.
 */
export function createCheckedAgents(inner: Agents, source: StepResourceSource): Agents {
  return {
    ...inner,
    async create(by, orgId, input) {
      await check(source, orgId, input);
      return inner.create(by, orgId, input);
    },
    async change(by, orgId, agentId, changes) {
      if ('tools' in changes || 'provider' in changes || 'model' in changes) {
        const before = await inner.get(by, orgId, agentId);
        await check(source, orgId, { ...before, ...changes }, before);
      }
      return inner.change(by, orgId, agentId, changes);
    },
  };
}

/** What stood before is not refused because the world has changed. @throws ValidationError */
async function check(
  source: StepResourceSource,
  orgId: string,
  after: Named,
  before: Named = {},
): Promise<void> {
  const { tools = [], provider, model } = after;
  const added = tools
    .map((tool, index) => ({ tool, index }))
    .filter(({ tool }) => !isAmong(tool, before.tools ?? []));
  const findings: ResourceFindings = { errors: [], warnings: [] };
  const toolsOf = [...new Set(added.map(({ tool }) => tool.server))];
  const resources = await source.read(orgId, { toolsOf });
  for (const { tool, index } of added) {
    const places = { server: `tools/${index}/server`, tool: `tools/${index}/tool` };
    checkToolName(tool, resources, places, findings);
  }
  if (provider !== before.provider || model !== before.model || before.tools === undefined)
    checkModel({ provider, model }, resources, (field) => field, findings);
  const { errors } = findings;
  if (errors.length === 0) return;
  const places = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new ValidationError(`The agent cannot be saved: ${places}`, errors, 'agent-invalid');
}

function isAmong({ server, tool }: AgentInput['tools'][number], tools: AgentInput['tools']): boolean {
  return tools.some((other) => other.server === server && other.tool === tool);
}
