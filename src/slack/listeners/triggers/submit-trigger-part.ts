import { triggerCallbacks } from '../../../../blocks/triggers/trigger-ids.ts';
import type { JsonSchema } from '../../../domain/json-schema.ts';
import { isSlackTrigger } from '../../../domain/trigger.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import {
  placeTriggerErrors,
  readTriggerPart,
  type TriggerFormPart,
} from '../../triggers/read-trigger-forms.ts';
import { managerFor } from '../keys/show-keys.ts';
import { inputBlockIds, markErrors, type Submission } from '../views/submission.ts';
import { getSlackTrigger, triggerView } from './open-trigger.ts';
import { readTriggerMetadata, seenOf } from './trigger-metadata.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;

/** The forms that change one part of a trigger. */
export const triggerPartSubmissions: Readonly<Record<string, Handle>> = {
  [triggerCallbacks.name]: savePart('name'),
  [triggerCallbacks.where]: savePart('where'),
  [triggerCallbacks.match]: savePart('match'),
  [triggerCallbacks.inputs]: savePart('inputs'),
};

/** Does what saves, and shows what is wrong where it was typed. */
export async function markProblems(
  submission: Submission,
  save: () => Promise<void>,
  schema: JsonSchema = {},
): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
    const inputs = inputBlockIds(submission.view.blocks);
    await markErrors(submission, placeTriggerErrors(error, inputs, schema));
  }
}

/** Saves one part, and goes back to everything about the trigger. What somebody else saved meanwhile is never overwritten. */
function savePart(part: TriggerFormPart): Handle {
  return async (deps, submission) => {
    const { requester, reply } = submission;
    const by = await managerFor(deps, requester);
    const metadata = readTriggerMetadata(submission);
    const trigger = await getSlackTrigger(deps, by, metadata);
    if (seenOf(trigger) !== metadata.seen) {
      const notice =
        'Somebody else changed this while your form was open, so nothing of it was saved. This is what it is now.';
      return reply.replaceWith(await triggerView(deps, trigger, notice));
    }
    const { definition } = await deps.workflows.get(trigger.orgId, trigger.workflowId);
    const schema = definition.inputsSchema;
    const state = submission.view.state.values;
    const { directory } = deps.connection;
    const { changes, errors } = await readTriggerPart(directory, trigger, part, schema, state);
    if (Object.keys(errors).length > 0) {
      await markErrors(submission, errors);
      return;
    }
    const save = async (): Promise<void> => {
      const saved = await deps.triggers.change(by, trigger.workflowId, trigger.id, changes);
      const shown = isSlackTrigger(saved) ? saved : trigger;
      await reply.replaceWith(await triggerView(deps, shown, '✅ Saved.'));
    };
    await markProblems(submission, save, schema);
  };
}
