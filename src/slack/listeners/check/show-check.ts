import { checkMessage } from '../../../../blocks/check/check-message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { CheckFailed } from '../../../engine/workflows/checker.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';

/** Whoever may see a workflow may know whether it is right. @throws NotFoundError */
export async function showCheck(
  deps: SlackDeps,
  { requester, reply }: { requester: Requester; reply: Reply },
  workflowId: string,
): Promise<void> {
  const found = await deps.workflows.get(requester.orgId, workflowId);
  const findings = await deps.checker.check(found.definition);
  await reply.tell(checkMessage({ ...found, findings, canEdit: await mayEdit(deps, requester, found) }));
}

/** Does what activates a workflow; when its check has found errors, they are shown instead. */
export async function unlessCheckFails(
  deps: SlackDeps,
  { requester, reply }: { requester: Requester; reply: Reply },
  workflowId: string,
  activate: () => Promise<void>,
): Promise<void> {
  try {
    await activate();
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    const found = await deps.workflows.get(requester.orgId, workflowId);
    const canEdit = await mayEdit(deps, requester, found);
    await reply.tell(checkMessage({ ...found, findings: error.findings, isRefused: true, canEdit }));
  }
}

async function mayEdit(
  deps: SlackDeps,
  requester: Requester,
  { workflow }: WorkflowWithSteps,
): Promise<boolean> {
  const { access } = await deps.forRequester(requester);
  return canEditWorkflow(access, workflow);
}
