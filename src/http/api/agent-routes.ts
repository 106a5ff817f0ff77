import { Router } from 'express';
import { z } from 'zod';
import { AgentInput } from '../../domain/agent.ts';
import type { StoredAgent } from '../../domain/stored-agent.ts';
import type { ToolServers } from '../../domain/tool-server.ts';
import { errorMessage } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { wholeList } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

/** What of an agent is to be changed; the rest stays, and null takes away. A default would change what was left out, so there is none. */
export const ChangeAgentBody = z
  .strictObject({
    ...AgentInput.shape,
    contextFiles: AgentInput.shape.contextFiles.unwrap(),
    tools: AgentInput.shape.tools.unwrap(),
    maxTurns: AgentInput.shape.maxTurns.unwrap(),
    provider: AgentInput.shape.provider.nullable(),
    model: AgentInput.shape.model.nullable(),
    temperature: AgentInput.shape.temperature.nullable(),
    maxTokens: AgentInput.shape.maxTokens.nullable(),
  })
  .partial();

/** How long a tool server may take to tell its tools. */
const listTimeoutMs = 5_000;

/** Agents, and the tools that they can be given. */
export function agentRoutes({ agents, toolServers }: Pick<HttpDeps, 'agents' | 'toolServers'>): Router {
  const router = Router();
  router
    .route('/orgs/:orgId/agents')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      res.json(wholeList((await agents.list(managerOf(req), orgId)).map(representAgent)));
    })
    .post(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const agent = await agents.create(managerOf(req), orgId, parseBody(AgentInput, req.body));
      res.status(201).location(`/api/orgs/${orgId}/agents/${agent.id}`).json(representAgent(agent));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/orgs/:orgId/agents/:agentId')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const agentId = requireId(req.params.agentId, 'agent');
      res.json(representAgent(await agents.get(managerOf(req), orgId, agentId)));
    })
    .patch(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      const agentId = requireId(req.params.agentId, 'agent');
      const given = Object.entries(parseBody(ChangeAgentBody, req.body));
      const sent = given.filter(([, value]) => value !== undefined);
      const changes = Object.fromEntries(sent.map(([field, value]) => [field, value ?? undefined]));
      res.json(representAgent(await agents.change(managerOf(req), orgId, agentId, changes)));
    })
    .delete(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      await agents.delete(managerOf(req), orgId, requireId(req.params.agentId, 'agent'));
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  router
    .route('/orgs/:orgId/tool-servers')
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      // Whoever may see the agents may see what they can be given.
      await agents.list(managerOf(req), orgId);
      const names = toolServers.names();
      res.json(wholeList(await Promise.all(names.map((name) => describeServer(toolServers, name)))));
    })
    .all(refuseMethod('GET'));
  return router;
}

function representAgent(agent: StoredAgent): object {
  const { id, orgId, name, instructions, contextFiles, tools, provider, model } = agent;
  const { temperature, maxTokens, maxTurns, createdBy, createdAt, updatedAt } = agent;
  return {
    id,
    orgId,
    name,
    instructions,
    contextFiles,
    tools,
    provider: provider ?? null,
    model: model ?? null,
    temperature: temperature ?? null,
    maxTokens: maxTokens ?? null,
    maxTurns,
    createdBy,
    createdAt,
    updatedAt,
  };
}

/** Its tools as it tells them now, or why it does not. How it is reached stays with the configuration. */
async function describeServer(servers: Pick<ToolServers, 'list'>, name: string): Promise<object> {
  try {
    const tools = await servers.list(name, AbortSignal.timeout(listTimeoutMs));
    return {
      name,
      error: null,
      tools: tools.map(({ name: tool, title, description, inputSchema, readOnly, destructive }) => ({
        name: tool,
        title,
        description,
        inputSchema,
        readOnly,
        destructive,
      })),
    };
  } catch (error) {
    return { name, error: errorMessage(error), tools: [] };
  }
}
