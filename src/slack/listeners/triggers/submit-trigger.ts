import type { ModalView } from '@slack/types';
import { triggerInputsForm } from '../../../../blocks/triggers/inputs-form.ts';
import { matchForm, triggerNameForm, whereForm } from '../../../../blocks/triggers/source-forms.ts';
import {
  type TriggerChoice,
  deleteTriggerForm,
  readTriggerForm,
  triggerForm,
  triggerFormBlock,
} from '../../../../blocks/triggers/trigger-form.ts';
import { triggerCallbacks } from '../../../../blocks/triggers/trigger-ids.ts';
import { maxLogShown } from '../../../../blocks/triggers/trigger-log.ts';
import { tryBlock, tryTriggerForm } from '../../../../blocks/triggers/try-form.ts';
import { readText } from '../../../../blocks/form-reader.ts';
import { bold, simpleMessage } from '../../../../blocks/elements.ts';
import { type SlackTrigger, isSlackTrigger } from '../../../domain/trigger.ts';
import { NotFoundError } from '../../../errors.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { trySample } from '../../triggers/try-sample.ts';
import { unheardNotice } from '../../triggers/unheard-notice.ts';
import { readNewTrigger } from '../../triggers/read-trigger-forms.ts';
import { writeSource } from '../../triggers/written-source.ts';
import { managerFor } from '../keys/show-keys.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { getSlackTrigger, joinNotices, triggerView } from './open-trigger.ts';
import { markProblems, triggerPartSubmissions } from './submit-trigger-part.ts';
import { NewTriggerMetadata, encodeTrigger, readTriggerMetadata } from './trigger-metadata.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;

/** One entry per form with which triggers are made, changed and tried. */
export const triggerSubmissions: Readonly<Record<string, Handle>> = {
  [triggerCallbacks.create]: submitNewTrigger,
  [triggerCallbacks.trigger]: submitTrigger,
  ...triggerPartSubmissions,
  [triggerCallbacks.tryIt]: submitTry,
  [triggerCallbacks.delete]: submitDelete,
};

/** Makes the trigger, and goes on with what it gives the task. */
async function submitNewTrigger(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { workflowId, kind } = decodeMetadata(NewTriggerMetadata, view.private_metadata);
  const { definition } = await deps.workflows.get(requester.orgId, workflowId);
  const { directory } = deps.connection;
  const { input, errors } = await readNewTrigger(directory, kind, definition.inputsSchema, view.state.values);
  if (input === null) {
    await markErrors(submission, errors);
    return;
  }
  const by = await managerFor(deps, requester);
  await markProblems(submission, async () => {
    const trigger = await deps.triggers.create(by, workflowId, input);
    if (!isSlackTrigger(trigger)) throw new NotFoundError('There is no such trigger.');
    const made = '✅ It is made, and switched on. This is what it gives the task, as far as I could guess:';
    const notice = joinNotices(await unheardNotice(deps.connection, trigger), made) ?? made;
    await reply.replaceWith(
      triggerInputsForm({
        trigger,
        schema: definition.inputsSchema,
        metadata: encodeTrigger(trigger),
        notice,
      }),
    );
  });
}

/** What was chosen in the form of a trigger: what follows takes its place. */
async function submitTrigger(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const by = await managerFor(deps, requester);
  const trigger = await getSlackTrigger(deps, by, readTriggerMetadata(submission));
  const choice = readTriggerForm(view.state.values);
  if (choice === null) {
    await markErrors(submission, { [triggerFormBlock]: 'Please choose what to do.' });
    return;
  }
  await reply.replaceWith(await nextView(deps, by, trigger, choice));
}

async function nextView(
  deps: SlackDeps,
  by: Manager,
  trigger: SlackTrigger,
  choice: TriggerChoice,
): Promise<ModalView> {
  const metadata = encodeTrigger(trigger);
  const schemaOf = async (): Promise<{ schema: SlackTriggerSchema }> => {
    const { definition } = await deps.workflows.get(trigger.orgId, trigger.workflowId);
    return { schema: definition.inputsSchema };
  };
  switch (choice) {
    case 'name':
      return triggerNameForm(trigger, metadata);
    case 'where':
      return whereForm(trigger, await writeSource(deps.connection.directory, trigger), metadata);
    case 'match':
      return matchForm(trigger, metadata);
    case 'inputs':
      return triggerInputsForm({ trigger, metadata, ...(await schemaOf()) });
    case 'try':
      return tryTriggerForm({ trigger, metadata, ...(await schemaOf()) });
    case 'log': {
      const log = await deps.triggers.log(by, trigger.workflowId, trigger.id, { limit: maxLogShown + 1 });
      return triggerForm({ trigger, metadata, log });
    }
    case 'switch': {
      const { workflowId, id, enabled } = trigger;
      const changed = await deps.triggers.change(by, workflowId, id, { enabled: !enabled });
      return isSlackTrigger(changed) ? triggerView(deps, changed, '✅ Saved.') : triggerView(deps, trigger);
    }
    case 'delete':
      return deleteTriggerForm(trigger, metadata);
  }
}

type SlackTriggerSchema = Parameters<typeof tryTriggerForm>[0]['schema'];

/** Shows what the sample would do. Starts nothing. */
async function submitTry(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const by = await managerFor(deps, requester);
  const trigger = await getSlackTrigger(deps, by, readTriggerMetadata(submission));
  const { definition } = await deps.workflows.get(requester.orgId, trigger.workflowId);
  const schema = definition.inputsSchema;
  const text = readText(view.state.values, tryBlock);
  const inputs = await trySample(deps.connection, { trigger, schema, text, requester });
  await reply.replaceWith(
    tryTriggerForm({ trigger, schema, metadata: encodeTrigger(trigger), tried: { text, inputs } }),
  );
}

async function submitDelete(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, tellDirectly } = submission;
  const by = await managerFor(deps, requester);
  const { workflowId, triggerId } = readTriggerMetadata(submission);
  const { name } = await getSlackTrigger(deps, by, { workflowId, triggerId });
  await deps.triggers.delete(by, workflowId, triggerId);
  await reply.acknowledge();
  await tellDirectly(simpleMessage(`${bold(name)} is deleted, and starts nothing any more.`));
}
