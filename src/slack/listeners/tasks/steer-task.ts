import { actionIds } from '../../../../blocks/action-ids.ts';
import { cancelForm } from '../../../../blocks/cancel-form.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { type TaskView, taskName } from '../../../../blocks/task-view.ts';
import { hasEnded } from '../../../domain/execution.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ExecutionCommand } from '../../../engine/engine.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { identify } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { readView, requireSteer } from './find-task.ts';

/** Asks whether the task is to be cancelled, and why. `reason` is what was given already. */
export async function openCancelForm(
  deps: SlackDeps,
  { requester, reply, triggerId }: FormRequest,
  view: TaskView,
  reason: string,
): Promise<void> {
  await requireSteer(deps, requester, view, { orAsked: false });
  const { id, status, endedAt } = view.execution;
  if (hasEnded(view.execution))
    return reply.tell(refusalNotice({ kind: 'execution-ended', status, at: endedAt }, { view }));
  const form = cancelForm({ view, metadata: encodeMetadata({ executionId: id }), reason });
  const again = { text: 'Cancel task', actionId: actionIds.cancelTask, value: id };
  await openModal(deps.connection.client, { triggerId, view: form, reply, again });
}

/** Takes up a task that has stopped: at its step, or from the start. */
export async function retryTask(
  deps: SlackDeps,
  { requester, reply }: Pick<FormRequest, 'requester' | 'reply'>,
  view: TaskView,
  from: 'step' | 'start',
): Promise<void> {
  const { id } = view.execution;
  const by = await identify(deps.connection.directory, requester, []);
  const done = await giveCommand(deps, { requester, reply }, view, { type: 'retry', from, by });
  if (done === null) return;
  const how = from === 'start' ? 'runs again from the start' : 'goes on at the step where it stopped';
  const now = await readView(deps, requester.orgId, id);
  if (now.execution.status === 'FAILED')
    return reply.tell(simpleMessage(`⚠️ ${taskName(now.execution)} was retried and has stopped again.`));
  await reply.tell(simpleMessage(`🔁 ${taskName(now.execution)} ${how}.`));
}

/**
 * Gives a command to a task; whoever may not, or comes too late, is told what is so instead.
 *
 * @returns null when they were
 * @throws as `Engine.execute`, except for refusals
 */
export async function giveCommand(
  { engine }: SlackDeps,
  { requester, reply }: Pick<FormRequest, 'requester' | 'reply'>,
  view: TaskView,
  command: ExecutionCommand,
): Promise<TaskView['execution'] | null> {
  const { orgId } = requester;
  try {
    return await engine.execute(orgId, view.execution.id, command);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const now = await readView({ engine }, orgId, view.execution.id);
    await reply.tell(refusalNotice(error.reason, { view: now }));
    return null;
  }
}
