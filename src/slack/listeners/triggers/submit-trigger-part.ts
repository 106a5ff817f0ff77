import type { FormErrors } from '../../../../blocks/form-errors.ts';
import { inputsBlockOf, readTriggerInputs } from '../../../../blocks/triggers/inputs-form.ts';
import {
  readMatch,
  readName,
  readReactionName,
  readSwitches,
  readTypedSource,
  sourceBlocks,
} from '../../../../blocks/triggers/source-forms.ts';
import { triggerCallbacks } from '../../../../blocks/triggers/trigger-ids.ts';
import type { JsonSchema } from '../../../domain/json-schema.ts';
import { type SlackTrigger, isSlackTrigger } from '../../../domain/trigger.ts';
import { ConflictError, type FieldError, ValidationError } from '../../../errors.ts';
import type { TriggerChanges } from '../../../engine/triggers/triggers.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { readChannels, readPeople } from '../../triggers/written-source.ts';
import { managerFor } from '../keys/show-keys.ts';
import { inputBlockIds, markErrors, type Submission } from '../views/submission.ts';
import { getSlackTrigger, triggerView } from './open-trigger.ts';
import { readTriggerMetadata, seenOf } from './trigger-metadata.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;
type Read = (
  deps: SlackDeps,
  submission: Submission,
  trigger: SlackTrigger,
) => Promise<{ changes: TriggerChanges; errors: FormErrors; schema?: JsonSchema }>;

/** The forms that change one part of a trigger. */
export const triggerPartSubmissions: Readonly<Record<string, Handle>> = {
  [triggerCallbacks.name]: savePart((_deps, { view }) => {
    const errors: FormErrors = {};
    return Promise.resolve({ changes: { name: readName(view.state.values, errors) }, errors });
  }),
  [triggerCallbacks.where]: savePart(readWhere),
  [triggerCallbacks.match]: savePart((_deps, { view }, trigger) => {
    const errors: FormErrors = {};
    const state = view.state.values;
    const reaction = trigger.kind === 'reaction' ? { reaction: readReactionName(state, errors) } : {};
    return Promise.resolve({
      changes: { settings: { match: readMatch(state, errors), ...reaction } },
      errors,
    });
  }),
  [triggerCallbacks.inputs]: savePart(async (deps, { view }, trigger) => {
    const { definition } = await deps.workflows.get(trigger.orgId, trigger.workflowId);
    const schema = definition.inputsSchema;
    const inputsTemplate = readTriggerInputs(trigger, schema, view.state.values);
    return { changes: { settings: { inputsTemplate } }, errors: {}, schema };
  }),
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
    const places = error.fields.map((field) => [placeOf(field, inputs, schema), sentence(field)] as const);
    const isNamed = error instanceof ConflictError && inputs.includes(sourceBlocks.name);
    const errors: Record<string, string> = isNamed
      ? { [sourceBlocks.name]: error.message }
      : Object.fromEntries(places);
    await markErrors(submission, Object.keys(errors).length > 0 ? errors : { '': error.message });
  }
}

/** Saves one part, and goes back to everything about the trigger. What somebody else saved meanwhile is never overwritten. */
function savePart(read: Read): Handle {
  return async (deps, submission) => {
    const { requester, reply } = submission;
    const by = await managerFor(deps, requester);
    const metadata = readTriggerMetadata(submission);
    const trigger = await getSlackTrigger(deps, by, metadata);
    if (seenOf(trigger) !== metadata.seen) {
      const notice =
        'Somebody else changed this while your form was open, so nothing of it was saved. This is what it is now.';
      return reply.replaceWith(triggerView(trigger, notice));
    }
    const { changes, errors, schema = {} } = await read(deps, submission, trigger);
    if (Object.keys(errors).length > 0) {
      await markErrors(submission, errors);
      return;
    }
    const save = async (): Promise<void> => {
      const saved = await deps.triggers.change(by, trigger.workflowId, trigger.id, changes);
      await reply.replaceWith(triggerView(isSlackTrigger(saved) ? saved : trigger, '✅ Saved.'));
    };
    await markProblems(submission, save, schema);
  };
}

async function readWhere(
  { connection }: SlackDeps,
  { view }: Submission,
  trigger: SlackTrigger,
): ReturnType<Read> {
  const state = view.state.values;
  const typed = readTypedSource(state);
  const [channels, from] = await Promise.all([
    readChannels(connection.directory, typed.channels),
    readPeople(connection.directory, typed.from),
  ]);
  const errors: FormErrors = {};
  if (!channels.ok) errors[sourceBlocks.channels] = channels.message;
  if (!from.ok) errors[sourceBlocks.from] = from.message;
  if (!channels.ok || !from.ok) return { changes: {}, errors };
  const settings = { channels: channels.ids, from: from.ids, ...readSwitches(state, trigger) };
  return { changes: { settings }, errors };
}

function placeOf({ path }: FieldError, inputs: readonly string[], schema: JsonSchema): string {
  const places: readonly [string, string][] = [
    ['settings/inputsTemplate', inputsBlockOf(schema, path) ?? ''],
    ['settings/match', sourceBlocks.text],
    ['settings/reaction', sourceBlocks.reaction],
    ['settings/channels', sourceBlocks.channels],
    ['settings/from', sourceBlocks.from],
    ['name', sourceBlocks.name],
  ];
  const place = places.find(([start]) => path.startsWith(start))?.[1] ?? '';
  return inputs.includes(place) ? place : '';
}

function sentence({ message }: FieldError): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return text.endsWith('.') ? text : `${text}.`;
}
