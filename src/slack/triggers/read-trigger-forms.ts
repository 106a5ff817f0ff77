import type { FormErrors } from '../../../blocks/form-errors.ts';
import type { FormState } from '../../../blocks/form-reader.ts';
import { inputsBlockOf, readTriggerInputs, suggestMapping } from '../../../blocks/triggers/inputs-form.ts';
import {
  readMatch,
  readName,
  readReactionName,
  readSwitches,
  readTypedSource,
  sourceBlocks,
} from '../../../blocks/triggers/source-forms.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { SlackTrigger, TriggerInput } from '../../domain/trigger.ts';
import { TextMatch } from '../../domain/triggers/text-match.ts';
import { ConflictError, type FieldError, type ValidationError } from '../../errors.ts';
import type { TriggerChanges } from '../../engine/triggers/triggers.ts';
import { readChannels, readPeople, type SourceDirectory } from './written-source.ts';

/** The parts of a trigger that have a form each. */
export type TriggerFormPart = 'name' | 'where' | 'match' | 'inputs';

/** What a filled in form asks for; errors by block id. */
export interface ReadChanges {
  changes: TriggerChanges;
  errors: FormErrors;
}

/** A new trigger, with what it gives the task as far as that can be guessed. Null where the errors say what is wrong. */
export async function readNewTrigger(
  directory: SourceDirectory,
  kind: SlackTrigger['kind'],
  schema: JsonSchema,
  state: FormState,
): Promise<{ input: TriggerInput | null; errors: FormErrors }> {
  const errors: FormErrors = {};
  const name = readName(state, errors);
  const match = kind === 'message' ? readMatch(state, errors) : { by: 'anything' };
  const reaction = kind === 'reaction' ? { reaction: readReactionName(state, errors) } : {};
  const channels = await readChannels(directory, readTypedSource(state).channels);
  if (!channels.ok) errors[sourceBlocks.channels] = channels.message;
  if (!channels.ok || Object.keys(errors).length > 0) return { input: null, errors };
  const parsed = TextMatch.safeParse(match);
  const inputsTemplate = suggestMapping(schema, parsed.data ?? { by: 'anything' });
  const settings = { channels: channels.ids, match, inputsTemplate, ...reaction };
  // Whether its texts are right is found out when it is saved.
  return { input: { name, kind, enabled: true, settings } as unknown as TriggerInput, errors };
}

/** One part of a trigger as it was typed. `schema`: of the workflow's inputs. */
export async function readTriggerPart(
  directory: SourceDirectory,
  trigger: SlackTrigger,
  part: TriggerFormPart,
  schema: JsonSchema,
  state: FormState,
): Promise<ReadChanges> {
  const errors: FormErrors = {};
  switch (part) {
    case 'name':
      return { changes: { name: readName(state, errors) }, errors };
    case 'where':
      return readWhere(directory, trigger, state);
    case 'match': {
      const reaction = trigger.kind === 'reaction' ? { reaction: readReactionName(state, errors) } : {};
      return { changes: { settings: { match: readMatch(state, errors), ...reaction } }, errors };
    }
    case 'inputs':
      return { changes: { settings: { inputsTemplate: readTriggerInputs(trigger, schema, state) } }, errors };
  }
}

/** What the engine refuses, at the inputs that it is about; '' is the form as a whole. */
export function placeTriggerErrors(
  error: ConflictError | ValidationError,
  inputs: readonly string[],
  schema: JsonSchema,
): FormErrors {
  if (error instanceof ConflictError && inputs.includes(sourceBlocks.name))
    return { [sourceBlocks.name]: error.message };
  const places = error.fields.map((field) => [placeOf(field, inputs, schema), sentence(field)] as const);
  return places.length > 0 ? Object.fromEntries(places) : { '': error.message };
}

async function readWhere(
  directory: SourceDirectory,
  trigger: SlackTrigger,
  state: FormState,
): Promise<ReadChanges> {
  const typed = readTypedSource(state);
  const [channels, from] = await Promise.all([
    readChannels(directory, typed.channels),
    readPeople(directory, typed.from),
  ]);
  const errors: FormErrors = {};
  if (!channels.ok) errors[sourceBlocks.channels] = channels.message;
  if (!from.ok) errors[sourceBlocks.from] = from.message;
  if (!channels.ok || !from.ok) return { changes: {}, errors };
  return {
    changes: { settings: { channels: channels.ids, from: from.ids, ...readSwitches(state, trigger) } },
    errors,
  };
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
