import { actionIds } from '../../../../blocks/action-ids.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { listRecipients } from '../../../../blocks/people.ts';
import { type Reassignment, reassignForm } from '../../../../blocks/reassign-form.ts';
import { type TaskView, taskName } from '../../../../blocks/task-view.ts';
import { hasEnded, currentStepExecution } from '../../../domain/execution.ts';
import type { ExecutionCommand } from '../../../engine/engine.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { type Requester, identify } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { askedAt } from './asked-at.ts';
import { requireSteer } from './find-task.ts';
import { maySteer } from './may.ts';
import { giveCommand } from './steer-task.ts';
import { hasPickers } from '../authoring/has-pickers.ts';

type Reassign = Extract<ExecutionCommand, { type: 'reassign' }>;

/** Asks who is to be asked instead. `given` is filled in already. */
export async function openReassignForm(
  deps: SlackDeps,
  { requester, reply, triggerId }: FormRequest,
  view: TaskView,
  given: { to: readonly string[]; note: string },
): Promise<void> {
  const { id, status, endedAt, waitingFor } = view.execution;
  await requireSteer(deps, requester, view, { orAsked: true });
  if (hasEnded(view.execution))
    return reply.tell(refusalNotice({ kind: 'execution-ended', status, at: endedAt }, { view }));
  if (waitingFor.length === 0)
    return reply.tell(
      simpleMessage(`${taskName(view.execution)} asks nobody at the moment. Nothing changed.`),
    );
  const stepExecutionId = currentStepExecution(view.execution)?.id ?? '';
  const metadata = encodeMetadata({ executionId: id, stepExecutionId });
  const form = reassignForm({ view, metadata, hasPickers: hasPickers(deps), given });
  const again = { text: 'Reassign', actionId: actionIds.reassignTask, value: id };
  await openModal(deps.connection.client, { triggerId, view: form, reply, again });
}

/** Asks others instead, at once. `stepExecutionId` null: whatever is asked now. */
export async function reassignTask(
  deps: SlackDeps,
  { requester, reply }: Pick<FormRequest, 'requester' | 'reply'>,
  view: TaskView,
  reassignment: Reassignment & { stepExecutionId: string | null },
): Promise<void> {
  const command = await toReassign(deps, requester, view, reassignment);
  if ((await giveCommand(deps, { requester, reply }, view, command)) === null) return;
  await reply.tell(
    simpleMessage(`${taskName(view.execution)}: ${listRecipients(command.to, 'and')} will be asked instead.`),
  );
}

/**
 * The command for the engine. People who cannot be asked are refused here, because the engine does not know
 * who is in the workspace.
 *
 * @throws ValidationError that says why, under `to`
 */
export async function toReassign(
  deps: SlackDeps,
  requester: Requester,
  { execution }: TaskView,
  { stepExecutionId, from, to, note }: Reassignment & { stepExecutionId: string | null },
): Promise<Reassign> {
  const { directory } = deps.connection;
  for (const recipient of to) {
    const resolved = await directory.resolve(recipient);
    if (resolved.kind !== 'unknown') continue;
    throw new ValidationError(resolved.reason, [{ path: 'to', message: resolved.reason }]);
  }
  const current = currentStepExecution(execution);
  const by = await identify(
    directory,
    requester,
    current === undefined ? [] : askedAt(execution, current.id),
  );
  const canManage = await maySteer(deps, requester, execution);
  return { type: 'reassign', stepExecutionId, from, to, note, canManage, by };
}
