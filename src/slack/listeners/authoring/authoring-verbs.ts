import { actionIds } from '../../../../blocks/action-ids.ts';
import { actions, bold, button, simpleMessage } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { whichWorkflow } from '../../../../blocks/menu.ts';
import type { Message } from '../../../../blocks/message.ts';
import { rehearsalActions } from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import { scenariosLine } from '../../../../blocks/rehearsal/scenario-lines.ts';
import type { Verb } from '../../../../blocks/verbs.ts';
import { explainWorkflowStatus } from '../../../domain/workflow-words.ts';
import type { Workflow, WorkflowStatus } from '../../../domain/workflow.ts';
import { playScenarios } from '../../../engine/rehearsals/play-scenarios.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments, VerbHandler } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';
import { listChangeable } from '../tasks/may.ts';
import { showCheck, unlessCheckFails } from '../check/show-check.ts';
import { showIntakes } from '../intakes/intake-verb.ts';
import { exportWorkflow } from './export-workflow.ts';
import { openImport } from './import-workflow.ts';
import { setStatus } from './set-status.ts';
import { cardFor } from './show-workflow-card.ts';

type AuthoringVerb = Extract<Verb, 'edit' | 'pause' | 'activate' | 'check' | 'intake' | 'export' | 'import'>;

/** One entry per verb with which workflows are changed. */
export const authoringVerbs: Readonly<Record<AuthoringVerb, VerbHandler>> = {
  edit: (deps, request, given) => withWorkflow(deps, request, given, 'edit', showForEditing),
  pause: (deps, request, given) =>
    withWorkflow(deps, request, given, 'pause', async (_deps, { requester, reply }, { id }) =>
      reply.tell(statusNotice(await setStatus(deps, requester, id, 'PAUSED'))),
    ),
  activate: (deps, request, given) => withWorkflow(deps, request, given, 'activate', activate),
  check: (deps, request, given) =>
    withWorkflow(deps, request, given, 'check', (_deps, asked, { id }) => showCheck(deps, asked, id)),
  intake: (deps, request, given) => withWorkflow(deps, request, given, 'intake', showIntakes),
  export: (deps, request, given) => withWorkflow(deps, request, given, 'export', exportNamed),
  import: importNamed,
};

/** Without a name, those to choose from with which this person may do it. */
async function withWorkflow(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
  verb: AuthoringVerb,
  act: (deps: SlackDeps, request: CommandRequest, workflow: Workflow) => Promise<void>,
): Promise<void> {
  if (given.name === '') return offerWorkflows(deps, request, verb);
  const workflow = await findNamedWorkflow(deps, request, verb, given);
  if (workflow !== null) await act(deps, request, workflow);
}

async function offerWorkflows(
  deps: SlackDeps,
  { requester, reply }: CommandRequest,
  verb: AuthoringVerb,
): Promise<void> {
  const all = await deps.workflows.list(requester.orgId);
  const isForAll = verb === 'export' || verb === 'check' || verb === 'intake';
  const allowed = isForAll ? all : await listChangeable(deps, requester, all);
  const workflows = allowed.filter(({ status }) => isFor(verb, status));
  await reply.tell(whichWorkflow({ verb, workflows }));
}

function isFor(verb: AuthoringVerb, status: WorkflowStatus): boolean {
  if (verb === 'pause') return status === 'ACTIVE';
  if (verb === 'activate') return status === 'DRAFT' || status === 'PAUSED';
  return true;
}

/** To whoever asks alone, with what they may do. */
async function showForEditing(
  deps: SlackDeps,
  { requester, reply, channelId }: CommandRequest,
  { id }: Workflow,
): Promise<void> {
  const found = await deps.workflows.get(requester.orgId, id);
  const place = { kind: 'ephemeral', channelId: channelId ?? requester.userId } as const;
  await reply.tell(await cardFor(deps, requester, place, found));
}

/** Tells also how its scenarios end, which keep it from nothing. */
async function activate(deps: SlackDeps, request: CommandRequest, { id }: Workflow): Promise<void> {
  await unlessCheckFails(deps, request, id, async () => {
    const workflow = await setStatus(deps, request.requester, id, 'ACTIVE');
    await request.reply.tell(statusNotice(workflow, await tellScenarios(deps, request, workflow)));
  });
}

/** How they end now, and whether all of them pass. */
async function tellScenarios(
  deps: SlackDeps,
  { requester, reply }: CommandRequest,
  { id, scenarios = [] }: Workflow,
): Promise<{ line: string; pass: boolean }> {
  if (scenarios.length === 0) return noScenarios;
  // It may take longer than Slack waits.
  await reply.acknowledge();
  const found = await deps.workflows.get(requester.orgId, id);
  const results = await playScenarios(deps, found);
  return { line: scenariosLine(found, results), pass: results.every(({ passed }) => passed) };
}

async function exportNamed(deps: SlackDeps, request: CommandRequest, { id }: Workflow): Promise<void> {
  await exportWorkflow(deps, request, id);
}

/** With a name, the file is for that workflow; without one, the name in the file says for which. */
async function importNamed(deps: SlackDeps, request: CommandRequest, given: VerbArguments): Promise<void> {
  if (given.name === '') return openImport(deps, request, null);
  const workflow = await findNamedWorkflow(deps, request, 'import', given);
  if (workflow !== null) await openImport(deps, request, workflow.id);
}

const noScenarios = { line: '', pass: true };

function statusNotice({ id, name, status }: Workflow, scenarios = noScenarios): Message {
  const says =
    status === 'ACTIVE'
      ? 'This workflow is active: people can start it.'
      : explainWorkflowStatus(status, true);
  const buttons = [
    button({ text: 'Open', actionId: actionIds.showWorkflow, value: id }),
    ...(scenarios.pass
      ? []
      : [button({ text: 'Scenarios', actionId: rehearsalActions.showScenarios, value: id })]),
  ];
  const lines = [`${bold(clip(name, 200))}: ${says}`, scenarios.line];
  return simpleMessage(lines.filter((line) => line !== '').join('\n'), actions(buttons));
}
