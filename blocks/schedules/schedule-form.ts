import type { KnownBlock, ModalView } from '@slack/types';
import { type JsonObject, type JsonValue, isJsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { scheduleExamples } from '../../src/domain/schedule-words.ts';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import { choiceInput, keepHint, readChoice, textInput } from '../authoring/form-inputs.ts';
import { bold, section } from '../elements.ts';
import { type FormState, readText } from '../form-reader.ts';
import { fieldLabel } from '../inputs-summary.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { scheduleCallbacks } from './schedule-ids.ts';

/** Block ids, for errors. */
export const scheduleFormBlocks = {
  when: 'schedule_when',
  timeZone: 'schedule_zone',
  missed: 'schedule_missed',
  overlap: 'schedule_overlap',
  postTo: 'schedule_post_to',
} as const;

/** The block of one input: by place, because its name may be longer than an id. */
const inputBlock = (index: number): string => `schedule_input_${index}`;
/** Of the hundred blocks that a view may have. */
const maxInputs = 40;

const missedChoices = [
  ['run', 'Run once, as soon as Baton is back'],
  ['skip', 'Wait for the next time'],
] as const;
const overlapChoices = [
  ['allow', 'Start another one beside it'],
  ['skip', 'Leave out this time'],
] as const;
const postChoices = [
  ['here', 'In this conversation'],
  ['workflow', 'Where the workflow says'],
] as const;

export interface ScheduleFormOptions {
  workflow: { name: string; inputsSchema: JsonSchema };
  /** What was typed behind the command. */
  when: string;
  timeZone: string;
  /** Whether the form was opened in a channel, where the cards of the tasks can stand. */
  hasChannel: boolean;
  metadata: string;
  /** What it is filled in with. Default: a new one. */
  settings?: Pick<TriggerOf<'schedule'>['settings'], 'inputsTemplate' | 'missed' | 'overlap'>;
}

/** Asks when tasks start, and with which inputs. */
export function scheduleForm({
  workflow,
  when,
  timeZone,
  hasChannel,
  metadata,
  settings,
}: ScheduleFormOptions): ModalView {
  const { name, inputsSchema } = workflow;
  const card = choiceInput({
    blockId: scheduleFormBlocks.postTo,
    label: "Where do its tasks' cards go?",
    choices: postChoices,
    initial: 'here',
  });
  return modal({
    callbackId: scheduleCallbacks.create,
    title: 'New schedule',
    submit: 'Create',
    close: 'Cancel',
    metadata,
    blocks: [
      section(`Starts a task of ${bold(name)} by the clock.`),
      textInput({
        blockId: scheduleFormBlocks.when,
        label: 'When',
        hint: `For example: ${scheduleExamples.join('; ')}`,
        max: 200,
        initial: when,
      }),
      textInput({
        blockId: scheduleFormBlocks.timeZone,
        label: 'By the clocks of',
        hint: 'A time zone such as Europe/Berlin. It stays at the same time of day when clocks are changed.',
        max: 100,
        initial: timeZone,
      }),
      ...inputFields(inputsSchema, settings?.inputsTemplate ?? null),
      ...(hasChannel ? [card] : []),
      choiceInput({
        blockId: scheduleFormBlocks.missed,
        label: 'When Baton was not running at the time',
        choices: missedChoices,
        initial: settings?.missed ?? 'run',
      }),
      choiceInput({
        blockId: scheduleFormBlocks.overlap,
        label: 'When the task of the time before is still running',
        choices: overlapChoices,
        initial: settings?.overlap ?? 'allow',
      }),
    ],
  });
}

export interface ScheduleFormValues {
  when: string;
  timeZone: string;
  inputsTemplate: JsonObject;
  missed: 'run' | 'skip';
  overlap: 'allow' | 'skip';
  postsHere: boolean;
}

/**
 * @param inputsSchema the one that the form was made from
 * @param before what the task got until now: what the form does not show of it stays
 */
export function readScheduleForm(
  state: FormState,
  inputsSchema: JsonSchema,
  before: Mapping = {},
): ScheduleFormValues {
  const { when, timeZone, missed, overlap, postTo } = scheduleFormBlocks;
  const filled = new Map(Object.entries(before));
  for (const [index, { name, schema }] of inputsOf(inputsSchema).entries()) {
    const text = readText(state, inputBlock(index));
    if (text === shownOf(filled.get(name)).trim()) continue;
    if (text === '') filled.delete(name);
    else filled.set(name, readTyped(text, schema));
  }
  return {
    when: readText(state, when),
    timeZone: readText(state, timeZone),
    inputsTemplate: Object.fromEntries(filled),
    missed: readChoice(state, missed, ['run', 'skip'], 'run'),
    overlap: readChoice(state, overlap, ['allow', 'skip'], 'allow'),
    postsHere: readChoice(state, postTo, ['here', 'workflow'], 'workflow') === 'here',
  };
}

/**
 * What the task gets, with what may stand in it said once. `given`: null for a new one, which begins with the defaults
 * of the inputs.
 */
function inputFields(schema: JsonSchema, given: Mapping | null): KnownBlock[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = inputsOf(schema).map(({ name, schema: property }, index) => {
    const { description, default: usual } = property;
    const value = given === null ? usual : given[name];
    const isTooLong = printTyped(value).length > limits.inputLength;
    const hints = [
      ...(typeof description === 'string' && description !== '' ? [description] : []),
      ...(isStructured(property) ? ['As JSON.'] : []),
      ...(isTooLong ? [keepHint] : []),
    ];
    return textInput({
      blockId: inputBlock(index),
      label: fieldLabel(name, property),
      ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
      optional: isTooLong || !required.includes(name),
      // An input of one line would take the line breaks away.
      multiline: shownOf(value).includes('\n'),
      initial: shownOf(value),
    });
  });
  const intro =
    '*What each task gets.* `{{today}}`, `{{now}}` and `{{lastRun}}` stand for the day and the time, and for when it ran before.';
  return fields.length === 0 ? [] : [section(intro), ...fields];
}

function inputsOf(schema: JsonSchema): { name: string; schema: JsonObject }[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties)
    .slice(0, maxInputs)
    .map(([name, property]) => ({ name, schema: isJsonObject(property) ? property : {} }));
}

/** What the input of a value begins with: '' where the value is too long for it. */
function shownOf(value: JsonValue | undefined): string {
  const text = printTyped(value);
  return text.length > limits.inputLength ? '' : text;
}

function printTyped(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isStructured({ type }: JsonObject): boolean {
  return type === 'object' || type === 'array';
}

/** A list or an object is typed as JSON; what is none stays a text, which the schema refuses when it runs. */
function readTyped(text: string, schema: JsonObject): JsonValue {
  if (!isStructured(schema)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
