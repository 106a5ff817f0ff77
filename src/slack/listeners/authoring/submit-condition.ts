import { readConditionForm } from '../../../../blocks/authoring/read-condition-form.ts';
import type { Step } from '../../../domain/definition.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { inputBlockIds, markErrors, type Submission, withNotice } from '../views/submission.ts';
import { ConditionMetadata, fingerprint } from './authoring-metadata.ts';
import { changeSteps, requireStep } from './change-steps.ts';
import { conditionView, partView } from './open-authoring.ts';
import { showAgain } from './show-again.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

type Refused = { kind: 'errors'; errors: Record<string, string> } | { kind: 'changed' };

/** Saves one condition of a step, and goes back to where the step leads. */
export async function submitCondition(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId, stepId, index, seen, card } = decodeMetadata(ConditionMetadata, view.private_metadata);
  const by = await actorFor(deps.connection.directory, requester);
  try {
    const changed = await changeSteps<Refused>(deps, requester.orgId, workflowId, by, (definition) => {
      const step = requireStep(definition, stepId);
      const read = readConditionForm({ step, index }, view.state.values);
      if (fingerprint(step) !== seen)
        return isSaved(step, read.step) ? { steps: definition.steps } : { refused: { kind: 'changed' } };
      if (Object.keys(read.errors).length > 0) return { refused: { kind: 'errors', errors: read.errors } };
      return { steps: definition.steps.map((other) => (other.id === stepId ? read.step : other)) };
    });
    if (changed.kind === 'refused') {
      const { refused, current } = changed;
      if (refused.kind === 'errors') {
        await markErrors(submission, refused.errors);
        return;
      }
      const found = { ...current, step: requireStep(current.definition, stepId) };
      const isThere = index === null || (found.step.handoffs ?? [])[index] !== undefined;
      const again = conditionView(found, isThere ? index : null, card);
      const notice =
        'Somebody else changed this step while your form was open. Look through it and save again.';
      return await showAgain(submission, again, notice);
    }
    const found = { ...changed.updated, step: requireStep(changed.updated.definition, stepId) };
    const routes = partView(deps, found, 'routes', { card, fromStep: true });
    await reply.replaceWith(withNotice(routes, '✅ The condition is saved.'));
    await showWorkflowCard(deps, requester, card, changed.updated, { stepId });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    await markErrors(submission, { [inputBlockIds(view.blocks)[0] ?? '']: error.message });
  }
}

/** The same form that is sent twice has been saved already: every condition that it would make is there. */
function isSaved(step: Step, made: Step): boolean {
  const known = (step.handoffs ?? []).map((handoff) => JSON.stringify(handoff));
  return (made.handoffs ?? []).every((handoff) => known.includes(JSON.stringify(handoff)));
}
