import type { ModalView } from '@slack/types';
import { authoringActions } from '../../../../blocks/authoring/authoring-ids.ts';
import {
  readSettingsForm,
  type Settings,
  settingsBlocks,
  settingsForm,
} from '../../../../blocks/authoring/settings-form.ts';
import type { PostTo } from '../../../domain/post-to.ts';
import type { Team } from '../../../domain/team.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import { findChannel } from '../../find-channel.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { type CardPlace, decodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { actorFor, type Requester } from '../requester.ts';
import { inputBlockIds, markErrors, type Submission, withNotice } from '../views/submission.ts';
import { encodeAuthoring, fingerprint, WorkflowMetadata } from './authoring-metadata.ts';
import { hasPickers } from './has-pickers.ts';
import { requireEditor } from './require-editor.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

/** *Settings* on a workflow's card. */
export async function openSettings(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, triggerId, reply, place: card, value } = click;
  const workflow = await requireEditor(deps, requester, value);
  const view = await settingsView(deps, requester, workflow, card);
  const again = { text: 'Open the form', actionId: authoringActions.editSettings, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** Saves name, description, team, and where the cards of tasks are posted. */
export async function submitSettings(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const { workflowId, seen, card } = decodeMetadata(WorkflowMetadata, view.private_metadata);
  const { workflow } = await deps.workflows.get(orgId, workflowId);
  const teams = await teamsFor(deps, requester, workflow);
  const { settings, errors } = readSettingsForm({ workflow, teams }, view.state.values);
  const postTo = await findPostTo(deps, settings, errors);
  if (postTo === null || Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  const { name, description, teamId } = settings;
  if (settingsOf(workflow) !== seen) {
    const typed = { ...workflow, name, description, teamId, postTo };
    const again = await settingsView(deps, requester, typed, card, settingsOf(workflow));
    const notice =
      'Somebody else changed these settings while your form was open. Look through it and save again.';
    return reply.replaceWith(withNotice(again, notice));
  }
  const changes = {
    name,
    description,
    ...(teamId === workflow.teamId ? {} : { teamId }),
    ...(postTo === (workflow.postTo ?? 'origin') ? {} : { postTo }),
  };
  const by = await actorFor(deps.connection.directory, requester);
  try {
    const updated = await deps.workflows.change(orgId, workflowId, changes, by);
    await reply.acknowledge();
    await showWorkflowCard(deps, requester, card, updated);
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
    const path = error.fields[0]?.path;
    const place = path === 'teamId' ? settingsBlocks.team : (inputBlockIds(view.blocks)[0] ?? '');
    await markErrors(submission, { [place]: error.message });
  }
}

async function settingsView(
  deps: SlackDeps,
  requester: Requester,
  workflow: Workflow,
  card: CardPlace,
  seen: string = settingsOf(workflow),
): Promise<ModalView> {
  const teams = await teamsFor(deps, requester, workflow);
  const metadata = encodeAuthoring({ workflowId: workflow.id, seen, card });
  return settingsForm({ workflow, teams, hasPickers: hasPickers(deps), metadata });
}

/** The teams that the person can choose from, and the one that owns it now. */
async function teamsFor(deps: SlackDeps, requester: Requester, { teamId }: Workflow): Promise<Team[]> {
  const { access } = await deps.forRequester(requester);
  const actor = await actorFor(deps.connection.directory, requester);
  const teams = await deps.teams.list({ access, actor }, requester.orgId);
  if (teamId === null || teams.some(({ id }) => id === teamId)) return teams;
  return [...teams, await deps.teams.get({ access, actor }, requester.orgId, teamId)];
}

/** @returns null when the channel cannot be found, which is added to the errors */
async function findPostTo(
  { connection }: SlackDeps,
  { postTo, channel }: Settings,
  errors: Record<string, string>,
): Promise<PostTo | null> {
  if (postTo !== 'channel') return postTo;
  if (channel === '') return null;
  const found = await findChannel(connection.directory, channel);
  if ('channelId' in found) return found.channelId;
  errors[settingsBlocks.channel] = found.reason;
  return null;
}

function settingsOf({ name, description, teamId, postTo = 'origin' }: Workflow): string {
  return fingerprint([name, description, teamId, postTo]);
}
