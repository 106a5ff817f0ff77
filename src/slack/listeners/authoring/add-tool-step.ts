import { readAddStepForm } from '../../../../blocks/add-step-form.ts';
import {
  hasArguments,
  newToolStepForm,
  type NewToolStepOptions,
  readNewToolStep,
} from '../../../../blocks/authoring/new-tool-step-form.ts';
import type { Definition, Step } from '../../../domain/definition.ts';
import { ValidationError } from '../../../errors.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { type AddStepMetadata, decodeMetadata } from '../form-metadata.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { encodeAuthoring, NewToolStepMetadata } from './authoring-metadata.ts';
import { resourcesFor } from './resources-for.ts';
import { saveNewStep } from './save-new-step.ts';

/** A tool was chosen for a new step: its arguments are asked in the form's place, or it is added when it takes none. */
export async function askForArguments(
  deps: SlackDeps,
  submission: Submission,
  { workflowId, revision, card }: AddStepMetadata,
  resources: StepResources,
): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflow, definition } = await deps.workflows.get(requester.orgId, workflowId);
  const { step, place, errors } = readAddStepForm({ type: 'TOOL', definition, resources }, view.state.values);
  if (step?.type !== 'TOOL') {
    await markErrors(submission, errors);
    return;
  }
  const about: NewToolStepOptions = { workflow, definition, step: { ...step, id: 'new' }, resources };
  if (!hasArguments(about)) {
    return saveNewStep(deps, submission, { workflowId, revision, card }, () => ({ step, place, errors: {} }));
  }
  const { name, description = null, toolServer: server, tool } = step;
  const chosen = { name, description, server, tool, place };
  await reply.replaceWith(newToolStepForm(about, encodeAuthoring({ workflowId, card, revision, chosen })));
}

/** Adds the step with its arguments. */
export async function submitNewToolStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const metadata = decodeMetadata(NewToolStepMetadata, view.private_metadata);
  const { chosen } = metadata;
  const resources = await resourcesFor(deps, requester, 'TOOL', [chosen.server]);
  await saveNewStep(deps, submission, metadata, (definition) => {
    const about = { workflow: definition, definition, step: stepOf(chosen, definition), resources };
    const { step, errors } = readNewToolStep(about, view.state.values);
    const place = Math.min(chosen.place, definition.steps.length);
    return { step: Object.keys(errors).length > 0 ? null : step, place, errors };
  });
}

/** @throws ValidationError when somebody else took the name meanwhile */
function stepOf(
  { name, description, server, tool }: NewToolStepMetadata['chosen'],
  { steps }: Definition,
): Step {
  if (steps.some((other) => other.name === name))
    throw new ValidationError(
      `Somebody else added a step called ${name} meanwhile. Please add this one anew.`,
    );
  const about = description === null ? {} : { description };
  return { id: 'new', name, ...about, type: 'TOOL', toolServer: server, tool };
}
