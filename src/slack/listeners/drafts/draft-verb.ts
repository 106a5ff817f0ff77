import { z } from 'zod';
import { draftForm, draftTextBlock, readDraftForm } from '../../../../blocks/drafts/draft-form.ts';
import { draftActions, draftCallbacks } from '../../../../blocks/drafts/draft-ids.ts';
import { draftBegun, draftUnavailable } from '../../../../blocks/drafts/draft-message.ts';
import { deriveId } from '../../../domain/ids.ts';
import { requireMember } from '../../../engine/people/manager.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { actorFor, type Requester } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { markErrors, type Submission } from '../views/submission.ts';

const DraftMetadata = z.object({ channelId: z.string().max(64).nullable() });

/** `/workflow draft <what we do today>`; without words, a form asks for them. */
export async function draftWorkflow(
  deps: SlackDeps,
  request: CommandRequest,
  { text }: VerbArguments,
): Promise<void> {
  const { requester, reply, channelId, triggerId } = request;
  const why = deps.drafts.unavailable();
  if (why !== null) return reply.tell(draftUnavailable(why));
  if (text === '') return openDraftForm(deps, request, channelId, '');
  await requestDraft(deps, requester, { key: triggerId, channelId, text });
  await reply.tell(draftBegun());
}

/** *Describe it again*, with the words of before, and *Draft one from words*, without. */
export async function describeAgain(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, reply, value, channelId } = click;
  const why = deps.drafts.unavailable();
  if (why !== null) return reply.tell(draftUnavailable(why));
  const draft = value === '' ? null : await deps.drafts.find(requester.orgId, value);
  const isOwn = draft?.userId === requester.userId;
  await openDraftForm(deps, click, draft?.channelId ?? channelId, isOwn ? draft.text : '');
}

export const draftSubmissions = { [draftCallbacks.describe]: submitDraftForm } as const;

async function openDraftForm(
  deps: SlackDeps,
  { triggerId, reply }: FormRequest,
  channelId: string | null,
  text: string,
): Promise<void> {
  const view = draftForm({ text, metadata: JSON.stringify({ channelId }) });
  const again = { text: 'Open the form', actionId: draftActions.describe };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

async function submitDraftForm(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view, tellDirectly } = submission;
  const { channelId } = decodeMetadata(DraftMetadata, view.private_metadata);
  const text = readDraftForm(view.state.values);
  const why = text === '' ? 'Please fill this in.' : deps.drafts.unavailable();
  if (why !== null) {
    await markErrors(submission, { [draftTextBlock]: why });
    return;
  }
  await requestDraft(deps, requester, { key: view.id, channelId, text });
  await reply.acknowledge();
  await tellDirectly(draftBegun());
}

/** The same command or form is one request, however often it is sent. @throws ValidationError; PermissionError for guests */
async function requestDraft(
  { drafts, connection, forRequester }: SlackDeps,
  requester: Requester,
  { key, channelId, text }: { key: string; channelId: string | null; text: string },
): Promise<void> {
  const { orgId, userId, slackTeamId } = requester;
  if (text.trim().length < 10)
    throw new ValidationError('Please say in a sentence or two what you do today.');
  requireMember(await forRequester(requester));
  await drafts.request({
    id: deriveId('draft', slackTeamId, key),
    orgId,
    userId,
    requestedBy: await actorFor(connection.directory, requester),
    channelId,
    text,
  });
}
