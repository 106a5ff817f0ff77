import type { ModalView } from '@slack/types';
import { section } from '../../../../blocks/elements.ts';
import { inline } from '../../../../blocks/escape.ts';
import { modal } from '../../../../blocks/modal.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import { callSlack, SlackRefused } from '../../slack-call.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Submission } from '../views/submission.ts';

/** A program may have to be started first. */
const patienceMs = 15_000;

/**
 * Shows the next form in the place of the one that was submitted, with the tools of these servers. Slack waits three
 * seconds for it; where a server takes longer, what is shown first says so, and the form follows.
 */
export async function showWithTools(
  { resources, connection }: SlackDeps,
  { requester, reply, view }: Submission,
  toolsOf: readonly string[] | 'all',
  make: (known: StepResources) => ModalView,
): Promise<void> {
  const quick = await resources.read(requester.orgId, { toolsOf });
  const silent = quick.toolServers.filter(({ problem }) => problem !== null).map(({ name }) => name);
  if (silent.length === 0) return reply.replaceWith(make(quick));
  await reply.replaceWith(waitingView(silent));
  const known = await resources.read(requester.orgId, { toolsOf, timeoutMs: patienceMs });
  try {
    await callSlack(() => connection.client.views.update({ view_id: view.id, view: make(known) }));
  } catch (error) {
    // They have closed it meanwhile.
    if (!(error instanceof SlackRefused && error.slackError === 'not_found')) throw error;
  }
}

function waitingView(servers: readonly string[]): ModalView {
  const names = servers.map((name) => `\`${inline(name)}\``).join(', ');
  return modal({
    callbackId: 'notice',
    title: 'One moment',
    submit: null,
    close: 'Close',
    metadata: '',
    blocks: [section(`Asking ${names} for the tools that there are. The form comes in a few seconds.`)],
  });
}
