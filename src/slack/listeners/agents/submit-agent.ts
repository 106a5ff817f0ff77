import {
  agentFormBlock,
  type AgentChoice,
  deleteAgentForm,
  readAgentForm,
} from '../../../../blocks/agents/agent-form.ts';
import { agentCallbacks } from '../../../../blocks/agents/agent-ids.ts';
import { contextFileForm } from '../../../../blocks/agents/file-form.ts';
import { jobBlocks, jobForm, readNewAgent } from '../../../../blocks/agents/job-form.ts';
import { agentModelForm } from '../../../../blocks/agents/model-form.ts';
import { agentToolsForm } from '../../../../blocks/agents/tools-form.ts';
import { bold, simpleMessage } from '../../../../blocks/elements.ts';
import { AgentInput } from '../../../domain/agent.ts';
import type { StoredAgent } from '../../../domain/stored-agent.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../../errors.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { showWithTools } from '../authoring/show-with-tools.ts';
import { hasPickers } from '../authoring/has-pickers.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { encodeAgent, readAgentMetadata } from './agent-metadata.ts';
import { agentView, readUses, serverOf, requireAgentEditor } from './open-agent.ts';
import { agentPartSubmissions } from './submit-agent-part.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;

/** One entry per form with which agents are made and changed. */
export const agentSubmissions: Readonly<Record<string, Handle>> = {
  [agentCallbacks.create]: submitNewAgent,
  [agentCallbacks.agent]: submitAgent,
  ...agentPartSubmissions,
  [agentCallbacks.delete]: submitDelete,
};

/** Makes the agent, and goes on with everything about it: its tools come next. */
async function submitNewAgent(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const by = await requireAgentEditor(deps, requester);
  const { providers } = await deps.resources.read(orgId);
  const { job, provider, model, errors } = readNewAgent(providers, view.state.values);
  if (Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  let agent: StoredAgent;
  try {
    const chosen = {
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
    };
    agent = await deps.agents.create(by, orgId, AgentInput.parse({ ...job, ...chosen }));
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
    await markErrors(submission, { [jobBlocks.name]: error.message });
    return;
  }
  const notice = '✅ The agent is made. It has no tools yet: choose them below, server by server.';
  await reply.replaceWith(await agentView(deps, by, agent, notice));
}

/** What was chosen in the form of an agent: the next form takes its place. */
async function submitAgent(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const by = await requireAgentEditor(deps, requester);
  const { agentId } = readAgentMetadata(submission);
  const agent = await deps.agents.get(by, requester.orgId, agentId);
  const choice = readAgentForm(view.state.values);
  if (choice === null) {
    await markErrors(submission, { [agentFormBlock]: 'Please choose what to change.' });
    return;
  }
  if (choice.kind === 'tools') return showTools(deps, submission, agent, choice.server);
  await reply.replaceWith(await nextView(deps, by, agent, choice));
}

async function showTools(
  deps: SlackDeps,
  submission: Submission,
  agent: StoredAgent,
  server: string,
): Promise<void> {
  await showWithTools(deps, submission, [server], (known) =>
    agentToolsForm(agent, serverOf(known, server), encodeAgent(agent, { server })),
  );
}

async function nextView(
  deps: SlackDeps,
  by: Manager,
  agent: StoredAgent,
  choice: Exclude<AgentChoice, { kind: 'tools' }>,
): Promise<ReturnType<typeof jobForm>> {
  switch (choice.kind) {
    case 'job':
      return jobForm(agent, encodeAgent(agent));
    case 'model':
      return agentModelForm(agent, await deps.resources.read(agent.orgId), encodeAgent(agent));
    case 'file': {
      const { index } = choice;
      const metadata = encodeAgent(agent, { index });
      return contextFileForm(agent, index, { hasFiles: hasPickers(deps), metadata });
    }
    case 'delete':
      return deleteAgentForm(agent, await readUses(deps, by, agent.orgId), encodeAgent(agent));
  }
}

/** A second click finds that it is done. */
async function submitDelete(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply } = submission;
  const by = await requireAgentEditor(deps, requester);
  const { agentId } = readAgentMetadata(submission);
  try {
    const agent = await deps.agents.get(by, requester.orgId, agentId);
    await deps.agents.delete(by, requester.orgId, agentId);
    await reply.tell(simpleMessage(`The agent ${bold(agent.name)} is deleted.`));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await reply.tell(simpleMessage('This agent was deleted already.'));
  }
}
