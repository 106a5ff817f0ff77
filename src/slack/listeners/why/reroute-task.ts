import { readRerouteForm, rerouteForm } from '../../../../blocks/why/reroute-form.ts';
import { whyActions } from '../../../../blocks/why/why-ids.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import { hasEnded } from '../../../domain/execution.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { TaskMetadata, decodeMetadata, encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { identify } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { readView, requireSteer } from '../tasks/find-task.ts';
import { giveCommand } from '../tasks/steer-task.ts';
import type { Submission } from '../views/submission.ts';

/** Asks where the task is to be sent. */
export async function openRerouteForm(
  deps: SlackDeps,
  { requester, reply, triggerId }: FormRequest,
  view: TaskView,
): Promise<void> {
  await requireSteer(deps, requester, view, { orAsked: false });
  const { id, status, endedAt } = view.execution;
  if (hasEnded(view.execution))
    return reply.tell(refusalNotice({ kind: 'execution-ended', status, at: endedAt }, { view }));
  const form = rerouteForm({ view, metadata: encodeMetadata({ executionId: id }) });
  const again = { text: 'Send to another step', actionId: whyActions.reroute, value: id };
  await openModal(deps.connection.client, { triggerId, view: form, reply, again });
}

/** Sends a task to another of its steps. What somebody else did meanwhile is told in place of the form. */
export async function submitReroute(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const { executionId } = decodeMetadata(TaskMetadata, view.private_metadata);
  const task = await readView(deps, requester.orgId, executionId);
  const by = await identify(deps.connection.directory, requester, []);
  await giveCommand(deps, submission, task, { type: 'reroute', ...readRerouteForm(view.state.values), by });
}
