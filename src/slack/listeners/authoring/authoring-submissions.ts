import { callbackIds } from '../../../../blocks/action-ids.ts';
import { authoringCallbacks } from '../../../../blocks/authoring/authoring-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Submission } from '../views/submission.ts';
import { submitAddStep } from '../views/submit-add-step.ts';
import { submitNewToolStep } from './add-tool-step.ts';
import { submitStepKind } from './choose-step-kind.ts';
import { submitImport, submitPreview } from './import-workflow.ts';
import { keepTyped } from './keep-typed.ts';
import { submitSettings } from './settings.ts';
import { submitCondition } from './submit-condition.ts';
import { submitDeleteStep } from './submit-delete-step.ts';
import { submitField, submitFields, submitSchema } from './submit-fields.ts';
import { submitPart } from './submit-part.ts';
import { submitStep } from './submit-step.ts';

/** One entry per form with which workflows are changed. */
export const authoringSubmissions: Readonly<
  Record<string, (deps: SlackDeps, submission: Submission) => Promise<void>>
> = {
  [callbackIds.addStep]: keepTyped(submitAddStep),
  [authoringCallbacks.stepKind]: submitStepKind,
  [authoringCallbacks.newToolStep]: keepTyped(submitNewToolStep),
  [authoringCallbacks.step]: submitStep,
  [authoringCallbacks.stepPart]: keepTyped(submitPart),
  [authoringCallbacks.deleteStep]: submitDeleteStep,
  [authoringCallbacks.condition]: keepTyped(submitCondition),
  [authoringCallbacks.fields]: submitFields,
  [authoringCallbacks.field]: keepTyped(submitField),
  [authoringCallbacks.schema]: keepTyped(submitSchema),
  [authoringCallbacks.importFile]: submitImport,
  [authoringCallbacks.importPreview]: keepTyped(submitPreview),
  [authoringCallbacks.settings]: keepTyped(submitSettings),
};
