import { simpleMessage } from '../../../../blocks/elements.ts';
import type { FormErrors } from '../../../../blocks/form-errors.ts';
import type { Definition, StepInput } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { changeAgain } from '../views/change-again.ts';
import { inputBlockIds, markErrors, type Submission } from '../views/submission.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

/** What a form makes of the workflow as it is now; `step` null: the errors say why. */
export type MakeStep = (definition: Definition) => {
  step: StepInput | null;
  /** Where it is to stand among the steps; the first is 0. */
  place: number;
  errors: FormErrors;
};

/**
 * Adds the step to the workflow as it is now. Nothing that was typed is lost when somebody else changed it
 * meanwhile; the person is told that it looks different. The same form adds one step, however often it is sent.
 */
export async function saveNewStep(
  deps: SlackDeps,
  submission: Submission,
  { workflowId, revision, card }: { workflowId: string; revision: number; card: CardPlace },
  make: MakeStep,
): Promise<void> {
  const { workflows, connection } = deps;
  const { requester, reply, view, tellDirectly } = submission;
  const { orgId } = requester;
  const stepId = deriveId('step', workflowId, view.id);
  const by = await actorFor(connection.directory, requester);
  try {
    const outcome = await changeAgain(async () => {
      const current = await workflows.get(orgId, workflowId);
      const { steps } = current.definition;
      if (steps.some(({ id }) => id === stepId)) return { updated: current, changedMeanwhile: false };
      const { step, place, errors } = make(current.definition);
      if (step === null) return { errors };
      const added = [...steps.slice(0, place), { ...step, id: stepId }, ...steps.slice(place)];
      const now = current.workflow.revision;
      const updated = await workflows.change(orgId, workflowId, { steps: added }, by, now);
      return { updated, changedMeanwhile: now !== revision };
    });
    if (outcome.updated === undefined) {
      await markErrors(submission, outcome.errors);
      return;
    }
    await reply.acknowledge();
    await showWorkflowCard(deps, requester, card, outcome.updated, { stepId });
    if (!outcome.changedMeanwhile) return;
    const notice =
      'Somebody else changed this workflow while your form was open. Your step was added to what they made of it.';
    await tellDirectly(simpleMessage(notice));
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    await markErrors(submission, { [inputBlockIds(view.blocks)[0] ?? '']: error.message });
  }
}
