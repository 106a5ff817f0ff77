import { readRouteForm, routeForm } from '../../../../blocks/route-form.ts';
import { workflowCard } from '../../../../blocks/workflow-card.ts';
import { type Handoff, findStep } from '../../../domain/definition.ts';
import { ConflictError, NotFoundError } from '../../../errors.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { RouteMetadata, decodeMetadata, encodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { showCard } from '../shared/show-card.ts';
import { type Submission, markErrors, withNotice } from './submission.ts';

/** Sets where a step leads. When somebody else changed the workflow meanwhile, the form is shown again with what was chosen. */
export async function submitRoute(deps: SlackDeps, submission: Submission): Promise<void> {
  const { workflows, connection } = deps;
  const { requester, reply, view } = submission;
  const { orgId } = requester;
  const metadata = decodeMetadata(RouteMetadata, view.private_metadata);
  const { workflowId, revision, stepId, card } = metadata;
  const current = await workflows.get(orgId, workflowId);
  const { definition } = current;
  const step = findStep(definition, stepId);
  if (step === undefined) throw new NotFoundError('This step is no longer in the workflow.');
  const { handoffs, errors } = readRouteForm({ definition, step }, view.state.values);
  if (current.workflow.revision !== revision) return showAgain(submission, current, metadata, handoffs);
  if (Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  const steps = definition.steps.map((other) => (other.id === stepId ? { ...other, handoffs } : other));
  const by = await actorFor(connection.directory, requester);
  let updated: WorkflowWithSteps;
  try {
    updated = await workflows.change(orgId, workflowId, { steps }, by, revision);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return showAgain(submission, await workflows.get(orgId, workflowId), metadata, handoffs);
  }
  await reply.acknowledge();
  await showCard(deps, requester, card, workflowCard(updated));
}

async function showAgain(
  { reply }: Submission,
  { workflow, definition }: WorkflowWithSteps,
  metadata: RouteMetadata,
  handoffs: Handoff[],
): Promise<void> {
  const step = findStep(definition, metadata.stepId);
  if (step === undefined) throw new NotFoundError('This step is no longer in the workflow.');
  const form = routeForm({
    workflow,
    definition,
    step: { ...step, handoffs },
    metadata: encodeMetadata({ ...metadata, revision: workflow.revision }),
  });
  const notice =
    'Somebody else changed this workflow while your form was open. Please look through it and save again.';
  await reply.replaceWith(withNotice(form, notice));
}
