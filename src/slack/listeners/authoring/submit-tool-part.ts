import { argumentsPart } from '../../../../blocks/authoring/part-arguments.ts';
import { toolOf, toolPart } from '../../../../blocks/authoring/part-tool.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { markErrors, type Submission, withNotice } from '../views/submission.ts';
import { fingerprint, PartMetadata } from './authoring-metadata.ts';
import { changeSteps, requireStep } from './change-steps.ts';
import { readStep } from './find-step.ts';
import { partContext, partView, stepView } from './open-authoring.ts';
import { requireEditor } from './require-editor.ts';
import { resourcesOfStep } from './resources-for.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

/**
 * Another tool was chosen for a step. It is saved with its arguments, because those of the tool before do not fit it:
 * they are asked in the form's place.
 */
export async function submitToolPart(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const metadata = decodeMetadata(PartMetadata, view.private_metadata);
  const { workflowId, stepId, card, fromStep, seen } = metadata;
  await requireEditor(deps, requester, workflowId);
  const found = await readStep(deps, requester, metadata);
  const resources = await resourcesOfStep(deps, requester, found.step, true);
  if (fingerprint(found.step) !== seen) {
    const again = partView(deps, found, 'tool', { card, fromStep, resources });
    const notice =
      'Somebody else changed this step while your form was open. Look through it and save again.';
    return reply.replaceWith(withNotice(again, notice));
  }
  const { step, errors } = toolPart.read(partContext(deps, found, resources), view.state.values);
  if (Object.keys(errors).length > 0) {
    await markErrors(submission, errors);
    return;
  }
  const isSame = step === found.step;
  const chosen = partContext(deps, { ...found, step }, resources);
  if (!isSame && argumentsPart.blocks(chosen).some(({ type }) => type === 'input')) {
    const next = { card, fromStep, resources, typed: step, tool: toolOf(step) };
    return reply.replaceWith(partView(deps, found, 'arguments', next));
  }
  const by = await actorFor(deps.connection.directory, requester);
  const changed = await changeSteps<never>(deps, requester.orgId, workflowId, by, ({ steps }) => ({
    steps: steps.map((other) => (other.id === stepId ? step : other)),
  }));
  if (changed.kind === 'refused') throw new Error('choosing a tool is never refused');
  const saved = { ...changed.updated, step: requireStep(changed.updated.definition, stepId) };
  if (fromStep)
    await reply.replaceWith(stepView(deps, saved, card, resources, isSame ? undefined : '✅ Saved.'));
  else await reply.acknowledge();
  await showWorkflowCard(deps, requester, card, changed.updated, { stepId });
}
