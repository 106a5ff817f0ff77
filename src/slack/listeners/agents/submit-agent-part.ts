import { agentCallbacks } from '../../../../blocks/agents/agent-ids.ts';
import { fileBlocks, readGivenFile, withContextFile } from '../../../../blocks/agents/file-form.ts';
import { jobBlocks, readJobForm } from '../../../../blocks/agents/job-form.ts';
import { readAgentModel } from '../../../../blocks/agents/model-form.ts';
import { readAgentTools } from '../../../../blocks/agents/tools-form.ts';
import type { FormErrors } from '../../../../blocks/form-errors.ts';
import { AgentInput } from '../../../domain/agent.ts';
import type { StoredAgent } from '../../../domain/stored-agent.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import type { AgentChanges } from '../../../engine/agents/agents.ts';
import { downloadTextFile } from '../../files.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { inputBlockIds, markErrors, type Submission } from '../views/submission.ts';
import { type AgentMetadata, readAgentMetadata, seenOf } from './agent-metadata.ts';
import { agentView, requireAgentEditor, serverOf } from './open-agent.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;
type Read = (
  deps: SlackDeps,
  submission: Submission,
  agent: StoredAgent,
  metadata: AgentMetadata,
) => Promise<{ changes: AgentChanges; errors: FormErrors; place: string }>;

/** The forms that change one part of an agent; `place` is where an error is shown that is found only when it is saved. */
export const agentPartSubmissions: Readonly<Record<string, Handle>> = {
  [agentCallbacks.job]: savePart((_deps, { view }, agent) => {
    const { job, errors } = readJobForm(agent, view.state.values);
    return Promise.resolve({ changes: job, errors, place: jobBlocks.name });
  }),
  [agentCallbacks.model]: savePart(async (deps, { view }, agent) => {
    const resources = await deps.resources.read(agent.orgId);
    return { ...readAgentModel(agent, resources, view.state.values), place: '' };
  }),
  [agentCallbacks.tools]: savePart(readTools),
  [agentCallbacks.file]: savePart(readFile),
};

/** Saves one part, and goes back to everything about the agent. What somebody else saved meanwhile is never overwritten. */
function savePart(read: Read): Handle {
  return async (deps, submission) => {
    const { requester, reply, view } = submission;
    const by = await requireAgentEditor(deps, requester);
    const metadata = readAgentMetadata(submission);
    const agent = await deps.agents.get(by, requester.orgId, metadata.agentId);
    if (seenOf(agent) !== metadata.seen) {
      const notice =
        'Somebody else changed this agent while your form was open, so nothing of it was saved. This is what it is now.';
      return reply.replaceWith(await agentView(deps, by, agent, notice));
    }
    let place = inputBlockIds(view.blocks)[0] ?? '';
    try {
      const { changes, errors, place: own } = await read(deps, submission, agent, metadata);
      place = own || place;
      const all = Object.keys(errors).length > 0 ? errors : findShapeErrors(changes, place);
      if (Object.keys(all).length > 0) {
        await markErrors(submission, all);
        return;
      }
      const saved = await deps.agents.change(by, requester.orgId, agent.id, changes);
      await reply.replaceWith(await agentView(deps, by, saved, '✅ Saved.'));
    } catch (error) {
      if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
      await markErrors(submission, { [place]: error.message });
    }
  };
}

async function readTools(
  { resources }: SlackDeps,
  { view }: Submission,
  agent: StoredAgent,
  { server = '' }: AgentMetadata,
): ReturnType<Read> {
  const offer = serverOf(await resources.read(agent.orgId, { toolsOf: [server] }), server);
  return { changes: { tools: readAgentTools(agent, offer, view.state.values) }, errors: {}, place: '' };
}

async function readFile(
  { connection, slackApiUrl }: SlackDeps,
  { view }: Submission,
  agent: StoredAgent,
  { index = null }: AgentMetadata,
): ReturnType<Read> {
  const given = readGivenFile(view.state.values);
  const uploaded =
    given.fileId === '' ? null : await downloadTextFile(connection.client, given.fileId, slackApiUrl);
  const { files, errors } = withContextFile(agent, index, given, uploaded);
  return { changes: { contextFiles: files }, errors, place: fileBlocks.content };
}

/** What is too long, or too much together. */
function findShapeErrors(changes: AgentChanges, place: string): FormErrors {
  const parsed = AgentInput.partial().safeParse(changes);
  const [issue] = parsed.success ? [] : parsed.error.issues;
  return issue === undefined ? {} : { [place]: `${issue.path.join(' › ')}: ${issue.message}.` };
}
