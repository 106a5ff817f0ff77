import { decisionReasonBlockId, decisionValues, readDecisionForm } from '../../../../blocks/decision-form.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { placeStartFormErrors } from '../../../../blocks/start-form.ts';
import { findStep } from '../../../domain/definition.ts';
import type { JsonSchema } from '../../../domain/json-schema.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { ReasonMetadata, decodeMetadata } from '../form-metadata.ts';
import { identify } from '../requester.ts';
import { askedAt } from '../tasks/asked-at.ts';
import { readView } from '../tasks/find-task.ts';
import { type Submission, markErrors } from './submission.ts';

/** A decision with its fields and its reason. The form is pinned to what was seen when it was opened. */
export async function submitDecision(deps: SlackDeps, submission: Submission): Promise<void> {
  const { engine, connection } = deps;
  const { requester, reply, view } = submission;
  const { orgId, userId } = requester;
  const metadata = decodeMetadata(ReasonMetadata, view.private_metadata);
  const { executionId, stepExecutionId, outcome, digest = null } = metadata;
  const { state, definition } = await engine.read(orgId, executionId);
  const stepExecution = state.stack.find(({ id }) => id === stepExecutionId);
  const step = findStep(definition, stepExecution?.stepId ?? null);
  if (stepExecution === undefined || step?.type !== 'HUMAN')
    throw new NotFoundError('This step is no longer there. Nothing changed.');
  const values = decisionValues(stepExecution, userId);
  const { output, comment, errors } = readDecisionForm(step, view.state.values, values);
  if (Object.keys(errors).length > 0 && (await markErrors(submission, errors))) return;
  const by = await identify(connection.directory, requester, askedAt(state, stepExecutionId));
  try {
    const command = { type: 'decide', stepExecutionId, outcome, comment, output, digest, by } as const;
    await engine.execute(orgId, executionId, command);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason } = error;
    if (reason.kind === 'comment-required') {
      await markErrors(submission, { [decisionReasonBlockId]: 'Please give a reason.' });
      return;
    }
    const found =
      reason.kind === 'output-invalid' || reason.kind === 'form-required'
        ? placeStartFormErrors((step.outputSchema ?? {}) as JsonSchema, reason.errors, 'output')
        : {};
    if (Object.keys(found).length > 0 && (await markErrors(submission, found))) return;
    await reply.tell(refusalNotice(reason, { view: await readView(deps, orgId, executionId) }));
  }
}
