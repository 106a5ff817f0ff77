import { batchActions, decodeBatchRef } from '../../../../blocks/batches/batch-ids.ts';
import { batchMessage } from '../../../../blocks/batches/batch-message.ts';
import { ValidationError } from '../../../errors.ts';
import type { BatchChange } from '../../../engine/batches/batches.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { managerFor } from '../keys/show-keys.ts';

/** The buttons of a batch's message. */
export const batchHandlers: readonly ClickHandler[] = [
  { match: batchActions.start, handle: (deps, click) => change(deps, click, { status: 'RUNNING' }) },
  {
    match: batchActions.startRight,
    handle: (deps, click) => change(deps, click, { status: 'RUNNING', skipInvalid: true }),
  },
  { match: batchActions.pause, handle: (deps, click) => change(deps, click, { status: 'PAUSED' }) },
  { match: batchActions.resume, handle: (deps, click) => change(deps, click, { status: 'RUNNING' }) },
  { match: batchActions.cancel, handle: (deps, click) => change(deps, click, { status: 'CANCELLED' }) },
];

/** A second click on the same button finds that it is done. */
async function change(deps: SlackDeps, click: Click, wanted: BatchChange): Promise<void> {
  const { requester, reply, place } = click;
  const ref = decodeBatchRef(click.value);
  if (ref === null) throw new ValidationError('This button is from another version of Baton.');
  const { workflow } = await deps.workflows.get(requester.orgId, ref.workflowId);
  const by = await managerFor(deps, requester);
  await deps.batches.change(by, workflow, ref.batchId, wanted);
  await reply.acknowledge();
  if (place.kind !== 'message') return;
  const batch = await deps.batches.get(workflow, ref.batchId);
  const message = batchMessage({ batch, workflowName: workflow.name });
  await deps.connection.messenger.update(place, message, 0);
}
