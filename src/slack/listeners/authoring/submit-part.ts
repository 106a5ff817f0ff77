import type { StepPart } from '../../../../blocks/authoring/authoring-ids.ts';
import { readNextCondition } from '../../../../blocks/authoring/part-routes.ts';
import { partForms } from '../../../../blocks/authoring/parts.ts';
import type { PartResult } from '../../../../blocks/authoring/step-part.ts';
import { withTool } from '../../../../blocks/authoring/part-tool.ts';
import { renameStep } from '../../../../blocks/authoring/step-references.ts';
import { type Definition, type Step, StepInput } from '../../../domain/definition.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { inputBlockIds, markErrors, type Submission, withNotice } from '../views/submission.ts';
import { fingerprint, PartMetadata } from './authoring-metadata.ts';
import { changeSteps, moveStep, requireStep, type StepsChanged } from './change-steps.ts';
import { readStep } from './find-step.ts';
import { conditionView, partContext, partView, stepView } from './open-authoring.ts';
import { resourcesOfStep } from './resources-for.ts';
import { showWorkflowCard } from './show-workflow-card.ts';
import { submitToolPart } from './submit-tool-part.ts';

type Refused =
  | { kind: 'errors'; errors: Record<string, string> }
  /** Somebody else changed this very step meanwhile. `typed`: the step with what was typed. */
  | { kind: 'changed'; typed: Step };

/** Saves one part of a step. What others changed meanwhile stays; when it was this very step, the form is shown again. */
export async function submitPart(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const metadata = decodeMetadata(PartMetadata, view.private_metadata);
  if (metadata.part === 'answer') return;
  if (metadata.part === 'tool') return submitToolPart(deps, submission);
  const { part, stepId, workflowId, tool } = metadata;
  const before = await readStep(deps, requester, metadata);
  const resources = await resourcesOfStep(deps, requester, before.step, tool !== undefined);
  const by = await actorFor(deps.connection.directory, requester);
  try {
    const changed = await changeSteps<Refused>(deps, requester.orgId, workflowId, by, (definition) => {
      const step = requireStep(definition, stepId);
      const context = partContext(
        deps,
        { ...before, definition, step: tool === undefined ? step : withTool(step, tool) },
        resources,
      );
      const read = partForms[part].read(context, view.state.values);
      if (fingerprint(step) !== metadata.seen) {
        // The same form that is sent twice has been saved already.
        const isSaved = fingerprint(read.step) === fingerprint(step) && read.place === undefined;
        if (!isSaved) return { refused: { kind: 'changed', typed: read.step } };
      }
      const isNoticed = Object.keys(read.errors).length > 0;
      const errors = isNoticed ? read.errors : findShapeErrors(read.step, submission);
      if (Object.keys(errors).length > 0) return { refused: { kind: 'errors', errors } };
      return { steps: withStep(definition, step, read) };
    });
    await answerChange(deps, submission, metadata, { part, resources }, changed);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    await markErrors(submission, { [firstInput(submission)]: error.message });
  }
}

async function answerChange(
  deps: SlackDeps,
  submission: Submission,
  { stepId, card, fromStep, tool }: PartMetadata,
  { part, resources }: { part: Exclude<StepPart, 'answer'>; resources: StepResources },
  changed: StepsChanged<Refused>,
): Promise<void> {
  const { requester, reply, view } = submission;
  if (changed.kind === 'refused') {
    const { refused, current } = changed;
    if (refused.kind === 'errors') {
      await markErrors(submission, refused.errors);
      return;
    }
    const found = { ...current, step: requireStep(current.definition, stepId) };
    const again = partView(deps, found, part, {
      card,
      fromStep,
      typed: refused.typed,
      resources,
      ...(tool === undefined ? {} : { tool }),
    });
    const notice =
      'Somebody else changed this step while your form was open. Look through it and save again.';
    return reply.replaceWith(withNotice(again, notice));
  }
  const found = { ...changed.updated, step: requireStep(changed.updated.definition, stepId) };
  const next = part === 'routes' ? readNextCondition(found.step, view.state.values) : null;
  if (next !== null) await reply.replaceWith(conditionView(found, next === 'add' ? null : next, card));
  else if (fromStep) await reply.replaceWith(stepView(deps, found, card, resources, '✅ Saved.'));
  else await reply.acknowledge();
  await showWorkflowCard(deps, requester, card, changed.updated, { stepId });
}

function withStep(definition: Definition, before: Step, { step, place }: PartResult): Step[] {
  const replaced = definition.steps.map((other) => (other.id === before.id ? step : other));
  const renamed = step.name === before.name ? replaced : renameStep(replaced, before.name, step.name);
  return place === undefined ? renamed : moveStep(renamed, before.id, place);
}

/** What the form did not notice: texts that are too long, and the like. */
function findShapeErrors(step: Step, submission: Submission): Record<string, string> {
  const parsed = StepInput.safeParse(step);
  if (parsed.success) return {};
  const [issue] = parsed.error.issues;
  const message = issue === undefined ? 'Is not valid.' : `${issue.path.join(' › ')}: ${issue.message}.`;
  return { [firstInput(submission)]: message };
}

function firstInput({ view }: Submission): string {
  return inputBlockIds(view.blocks)[0] ?? '';
}
