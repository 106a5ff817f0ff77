import { pickWorkflowForm } from '../../../../blocks/pick-workflow-form.ts';
import { actionIds } from '../../../../blocks/action-ids.ts';
import { type SlackMessage, plainTextOf } from '../../message-text.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeMetadata } from '../form-metadata.ts';
import { tableOf } from '../batches/table-files.ts';
import { openModal } from '../open-modal.ts';
import type { UsedShortcut } from './message-shortcut.ts';

const maxAuthorLength = 200;

/** *Start a workflow with this message*: which one comes first, then its own form, filled in with the message. */
export async function startWithMessage(deps: SlackDeps, shortcut: UsedShortcut): Promise<void> {
  const { requester, reply, triggerId, channelId, domain, message } = shortcut;
  const [workflows, text] = await Promise.all([
    deps.workflows.list(requester.orgId),
    plainTextOf(deps.connection.directory, message),
  ]);
  const ts = textOf(message.ts);
  const threadTs = textOf(message.thread_ts) || ts;
  const link = linkTo(domain, channelId, ts, threadTs);
  const file = tableOf(message.files);
  const table = file === null ? {} : { file };
  const metadata = encodeMetadata({ channelId, threadTs, author: authorOf(message), link, ...table });
  const view = pickWorkflowForm({
    workflows,
    text,
    metadata,
    ...(file === null ? {} : { fileName: file.name }),
  });
  // A button has no message to start with, so it offers what it can.
  const again = { text: 'All workflows', actionId: actionIds.showList };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** The message's address. Slack's own look-up would need the bot to be in the conversation. */
function linkTo(domain: string | null, channelId: string, ts: string, threadTs: string): string {
  const address = `https://${domain ?? 'app'}.slack.com/archives/${channelId}/p${ts.replace('.', '')}`;
  return ts === threadTs ? address : `${address}?thread_ts=${threadTs}&cid=${channelId}`;
}

/** The id of a person, or the name of an app. */
function authorOf({ user, username }: SlackMessage): string | null {
  const author = textOf(user) || textOf(username);
  return author === '' ? null : author.slice(0, maxAuthorLength);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
