import type { KnownBlock, ModalView } from '@slack/types';
import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { isNameFromWords } from '../../src/domain/schedule-name.ts';
import { scheduleExamples, wordsOf } from '../../src/domain/schedule-words.ts';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import { choiceInput, readChoice, textInput } from '../authoring/form-inputs.ts';
import { bold, section } from '../elements.ts';
import { clip } from '../escape.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { mappingInputs, readMappingInputs } from '../mapping-inputs.ts';
import { modal } from '../modal.ts';
import { scheduleCallbacks } from './schedule-ids.ts';

/** Block ids, for errors. */
export const scheduleFormBlocks = {
  name: 'schedule_name',
  when: 'schedule_when',
  timeZone: 'schedule_zone',
  missed: 'schedule_missed',
  overlap: 'schedule_overlap',
  postTo: 'schedule_post_to',
} as const;

const missedChoices = [
  ['run', 'Run once, as soon as Baton is back'],
  ['skip', 'Wait for the next time'],
] as const;
const overlapChoices = [
  ['allow', 'Start another one beside it'],
  ['skip', 'Leave out this time'],
] as const;
/** Where the cards of its tasks stand: where they did, in the conversation of the form, or where the workflow says. */
const postChoices = ['kept', 'here', 'workflow'] as const;
type PostChoice = (typeof postChoices)[number];

type Schedule = Pick<TriggerOf<'schedule'>, 'name' | 'settings'>;

export interface ScheduleFormOptions {
  workflow: { name: string; inputsSchema: JsonSchema };
  /** What a new one begins with; or the schedule that is changed. */
  begins: { when: string; timeZone: string } | Schedule;
  /** The channel in which the form was opened, where the cards of the tasks can stand; null elsewhere. */
  channelId: string | null;
  /** What people call the channel in which they stand until now; null where that is not known. */
  postsTo?: string | null;
  metadata: string;
}

/** Asks when tasks start, and with which inputs. */
export function scheduleForm(options: ScheduleFormOptions): ModalView {
  const { workflow, begins, metadata } = options;
  const before = 'settings' in begins ? begins : null;
  const { when, timeZone } = 'settings' in begins ? timesOf(begins) : begins;
  const settings = before?.settings ?? null;
  return modal({
    callbackId: before === null ? scheduleCallbacks.create : scheduleCallbacks.edit,
    title: before === null ? 'New schedule' : 'Edit schedule',
    submit: before === null ? 'Create' : 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      section(`Starts a task of ${bold(workflow.name)} by the clock.`),
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
      ...inputFields(workflow.inputsSchema, settings?.inputsTemplate ?? null),
      ...cardInput(options, before),
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
      textInput({
        blockId: scheduleFormBlocks.name,
        label: 'Name',
        hint: 'What it is listed as. Empty: when it runs.',
        max: 80,
        optional: true,
        initial: before === null || isNamedByTimes(before) ? '' : before.name,
      }),
    ],
  });
}

/** What the task gets, with what may stand in it said once. */
function inputFields(schema: JsonSchema, given: Mapping | null): KnownBlock[] {
  const fields = mappingInputs(schema, given);
  const intro =
    '*What each task gets.* `{{today}}`, `{{now}}` and `{{lastRun}}` stand for the day and the time, and for when it ran before.';
  return fields.length === 0 ? [] : [section(intro), ...fields];
}

/** When a schedule runs, as it would be typed. */
function timesOf({ settings }: Schedule): { when: string; timeZone: string } {
  return { when: wordsOf(settings), timeZone: settings.timeZone };
}

function isNamedByTimes({ name, settings }: Schedule): boolean {
  return isNameFromWords(name, settings.words);
}

/** Nothing where there is no choice. */
function cardInput({ channelId, postsTo }: ScheduleFormOptions, before: Schedule | null): KnownBlock[] {
  const postTo = before?.settings.postTo ?? null;
  const isElsewhere = postTo !== null && postTo !== channelId;
  const choices: (readonly [PostChoice, string])[] = [
    ...(isElsewhere
      ? [['kept', clip(`In ${postsTo ?? 'another channel'}, as until now`, limits.optionText)] as const]
      : []),
    ...(channelId === null ? [] : [['here', 'In this conversation'] as const]),
    ['workflow', 'Where the workflow says'],
  ];
  if (choices.length === 1) return [];
  const initial = before !== null && postTo === null ? 'workflow' : choices[0]?.[0];
  const { postTo: blockId } = scheduleFormBlocks;
  return [choiceInput({ blockId, label: "Where do its tasks' cards go?", choices, initial })];
}

export interface ScheduleFormValues {
  /** Null: as it runs. */
  name: string | null;
  when: string;
  timeZone: string;
  inputsTemplate: JsonObject;
  missed: 'run' | 'skip';
  overlap: 'allow' | 'skip';
  /** `kept` also where that was not asked. */
  posts: PostChoice;
}

/**
 * @param inputsSchema as it is now
 * @param before what the task got until now: what the form does not show of it stays
 */
export function readScheduleForm(
  state: FormState,
  inputsSchema: JsonSchema,
  before: Mapping = {},
): ScheduleFormValues {
  const { name, when, timeZone, missed, overlap, postTo } = scheduleFormBlocks;
  return {
    name: readText(state, name) || null,
    when: readText(state, when),
    timeZone: readText(state, timeZone),
    inputsTemplate: readMappingInputs(state, inputsSchema, before),
    missed: readChoice(state, missed, ['run', 'skip'], 'run'),
    overlap: readChoice(state, overlap, ['allow', 'skip'], 'allow'),
    posts: readChoice(state, postTo, postChoices, 'kept'),
  };
}
