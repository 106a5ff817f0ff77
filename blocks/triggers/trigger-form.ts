import type { ModalView } from '@slack/types';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { SlackTrigger } from '../../src/domain/trigger.ts';
import type { TriggerLogEntry } from '../../src/domain/trigger-log.ts';
import { choiceInput, readChoice } from '../authoring/form-inputs.ts';
import { bold, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { FormState } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { triggerLine } from './starters.ts';
import { logBlocks } from './trigger-log.ts';
import { triggerCallbacks } from './trigger-ids.ts';

/** What can be done with a trigger. */
const triggerChoices = ['name', 'where', 'match', 'inputs', 'try', 'log', 'switch', 'delete'] as const;
export type TriggerChoice = (typeof triggerChoices)[number];

/** The block at which an error of the trigger's form is shown. */
export const triggerFormBlock = 'trigger_next';

const maxInputsShown = 12;

/** Everything about a trigger, and the choice what to do with it. */
export function triggerForm(options: {
  trigger: SlackTrigger;
  metadata: string;
  /** A line on top, in mrkdwn. */
  notice?: string;
  /** The log, where that is what was chosen. */
  log?: readonly TriggerLogEntry[];
}): ModalView {
  const { trigger, metadata, notice, log } = options;
  return modal({
    callbackId: triggerCallbacks.trigger,
    title: 'Starts by itself',
    submit: 'Continue',
    close: 'Done',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      section(triggerLine(trigger)),
      section(`*Gives the task*\n${inputLines(trigger)}`),
      ...(log === undefined ? [] : logBlocks(trigger.kind, log)),
      choiceInput({
        blockId: triggerFormBlock,
        label: 'What do you want to do?',
        choices: choicesOf(trigger),
      }),
    ],
  });
}

/** @returns null when nothing was chosen */
export function readTriggerForm(state: FormState): TriggerChoice | null {
  const chosen = readChoice(state, triggerFormBlock, ['none', ...triggerChoices], 'none');
  return chosen === 'none' ? null : chosen;
}

/** Asks whether the trigger is really to go. */
export function deleteTriggerForm(trigger: SlackTrigger, metadata: string): ModalView {
  return modal({
    callbackId: triggerCallbacks.delete,
    title: 'Delete',
    submit: 'Delete',
    close: 'Keep it',
    metadata,
    blocks: [section(deleteTriggerWords(bold(trigger.name)))],
  });
}

/** What it means to delete it. `name`: as it is to be shown. */
export function deleteTriggerWords(name: string): string {
  return `${name} starts nothing from then on. The tasks that it has started go on. Its log can no longer be read.`;
}

function choicesOf({ kind, enabled }: SlackTrigger): (readonly [TriggerChoice, string])[] {
  return [
    ['try', 'Try it with a sample text'],
    ['log', 'Show what it did, and why'],
    ['where', 'Change where it listens, and to whom'],
    ['match', kind === 'reaction' ? 'Change which emoji and messages' : 'Change which messages'],
    ['inputs', 'Change what it gives the task'],
    ['name', 'Rename it'],
    ['switch', enabled ? 'Switch it off' : 'Switch it on'],
    ['delete', 'Delete it…'],
  ];
}

/** What it gives the task, in mrkdwn. */
export function inputLines({ settings }: SlackTrigger): string {
  return mappingLines(settings.inputsTemplate);
}

/** The template of each input, in mrkdwn. */
export function mappingLines(mapping: Mapping): string {
  const entries = Object.entries(mapping);
  if (entries.length === 0) return 'Nothing.';
  const lines = entries.slice(0, maxInputsShown).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `• ${clip(inline(key), 60)}: \`${clip(inline(text).replaceAll('`', '´'), 150)}\``;
  });
  const more = entries.length > maxInputsShown ? [`… and ${entries.length - maxInputsShown} more`] : [];
  return [...lines, ...more].join('\n');
}
