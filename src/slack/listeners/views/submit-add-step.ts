import { readAddStepForm } from '../../../../blocks/add-step-form.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { askForArguments } from '../authoring/add-tool-step.ts';
import { resourcesFor } from '../authoring/resources-for.ts';
import { saveNewStep } from '../authoring/save-new-step.ts';
import { AddStepMetadata, decodeMetadata } from '../form-metadata.ts';
import type { Submission } from './submission.ts';

/** Adds the step that was filled in; of one that calls a tool the arguments are asked first. */
export async function submitAddStep(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const metadata = decodeMetadata(AddStepMetadata, view.private_metadata);
  const { type } = metadata;
  const resources = await resourcesFor(deps, requester, type, 'all');
  if (type === 'TOOL') return askForArguments(deps, submission, metadata, resources);
  await saveNewStep(deps, submission, metadata, (definition) =>
    readAddStepForm({ type, definition, resources }, view.state.values),
  );
}
