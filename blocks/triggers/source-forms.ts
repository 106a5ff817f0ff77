import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { SlackTrigger } from '../../src/domain/trigger.ts';
import type { TextMatch } from '../../src/domain/triggers/text-match.ts';
import { choiceInput, readChoice, readYesNo, textInput, yesNoInput } from '../authoring/form-inputs.ts';
import { bold, context } from '../elements.ts';
import { oneLine } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { triggerCallbacks } from './trigger-ids.ts';

export const sourceBlocks = {
  name: 'trigger_name',
  channels: 'trigger_channels',
  from: 'trigger_from',
  replies: 'trigger_replies',
  mentions: 'trigger_mentions',
  bots: 'trigger_bots',
  outside: 'trigger_outside',
  reaction: 'trigger_reaction',
  by: 'trigger_by',
  text: 'trigger_text',
  caseSensitive: 'trigger_case',
} as const;

type Kind = SlackTrigger['kind'];

/** What was typed about a trigger; channels and people are as they were typed. */
export interface TypedSource {
  name: string;
  channels: string;
  from: string;
}

const matchChoices = [
  ['keywords', 'With one of these words in it'],
  ['pattern', 'That match a regular expression'],
  ['anything', 'All messages'],
] as const;

/** A new trigger: its name, where it listens, and to what. What it gives the task is asked next. */
export function newTriggerForm(kind: Kind, workflowName: string, metadata: string): ModalView {
  const about =
    kind === 'message'
      ? `Starts ${bold(workflowName)} for each message that fits. The bot answers in its thread.`
      : `Starts ${bold(workflowName)} when somebody puts an emoji on a message: once for each message. The bot answers in its thread.`;
  return modal({
    callbackId: triggerCallbacks.create,
    title: kind === 'message' ? 'New for messages' : 'New for an emoji',
    submit: 'Next',
    close: 'Cancel',
    metadata,
    blocks: [
      context(about),
      nameInput(''),
      ...(kind === 'reaction' ? [reactionInput('')] : []),
      channelsInput(''),
      ...(kind === 'message' ? matchInputs({ by: 'anything' }, true) : []),
    ],
  });
}

export function triggerNameForm(trigger: Pick<SlackTrigger, 'name'>, metadata: string): ModalView {
  const blocks = [nameInput(trigger.name)];
  return modal({
    callbackId: triggerCallbacks.name,
    title: 'Rename',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks,
  });
}

/** Where it listens and to whom; channels and people as they are written. */
export function whereForm(
  trigger: SlackTrigger,
  written: { channels: string; from: string },
  metadata: string,
): ModalView {
  const { settings } = trigger;
  const does = trigger.kind === 'message' ? 'write' : 'put the emoji';
  const ofMessages: KnownBlock[] =
    trigger.kind === 'message'
      ? [
          yesNoInput({
            blockId: sourceBlocks.replies,
            label: 'Replies in threads count too',
            initial: trigger.settings.includeReplies,
          }),
          yesNoInput({
            blockId: sourceBlocks.mentions,
            label: 'Only messages that mention the bot',
            initial: trigger.settings.mentionsOnly,
          }),
        ]
      : [];
  return modal({
    callbackId: triggerCallbacks.where,
    title: 'Where and whom',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      channelsInput(written.channels),
      textInput({
        blockId: sourceBlocks.from,
        label: `Only when these people ${does}`,
        hint: 'People and user groups: @ana, @helpers, or an email address. Empty: everybody.',
        optional: true,
        max: 1_000,
        initial: written.from,
      }),
      ...ofMessages,
      yesNoInput({
        blockId: sourceBlocks.bots,
        label: 'Other bots and apps count too',
        hint: 'Baton’s own messages never do.',
        initial: settings.allowBots,
      }),
      yesNoInput({
        blockId: sourceBlocks.outside,
        label: 'People of other workspaces count too',
        hint: 'In channels that are shared with them. Those who are named above count anyway.',
        initial: settings.allowOutside,
      }),
    ],
  });
}

export function matchForm(trigger: SlackTrigger, metadata: string): ModalView {
  const { kind, settings } = trigger;
  return modal({
    callbackId: triggerCallbacks.match,
    title: 'Which messages',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      ...(kind === 'reaction' ? [reactionInput(trigger.settings.reaction)] : []),
      ...matchInputs(settings.match, false),
    ],
  });
}

export function readName(state: FormState, errors: FormErrors): string {
  const name = oneLine(readText(state, sourceBlocks.name));
  if (name === '') errors[sourceBlocks.name] = 'Please give it a name.';
  return name;
}

/** The emoji; only forms for reactions have one. */
export function readReactionName(state: FormState, errors: FormErrors): string {
  const name = readText(state, sourceBlocks.reaction).replaceAll(':', '').trim();
  if (name === '') errors[sourceBlocks.reaction] = 'Please name the emoji, such as :ticket:.';
  return name;
}

/** Whether its texts are right is found out when it is saved. */
export function readMatch(state: FormState, errors: FormErrors): unknown {
  const by = readChoice(state, sourceBlocks.by, ['keywords', 'pattern', 'anything'], 'anything');
  const text = readText(state, sourceBlocks.text);
  if (by === 'anything') return { by };
  if (text === '')
    errors[sourceBlocks.text] = by === 'keywords' ? 'Please give some words.' : 'Please give the expression.';
  if (by === 'pattern')
    return { by, pattern: text, caseSensitive: readYesNo(state, sourceBlocks.caseSensitive, false) };
  return {
    by,
    keywords: text
      .split(/[,\n]/)
      .map(oneLine)
      .filter((word) => word !== ''),
  };
}

export function readTypedSource(state: FormState): Pick<TypedSource, 'channels' | 'from'> {
  return { channels: readText(state, sourceBlocks.channels), from: readText(state, sourceBlocks.from) };
}

/** Yes or no, of the forms that ask. */
export function readSwitches(
  state: FormState,
  trigger: SlackTrigger,
): { allowBots: boolean; allowOutside: boolean; includeReplies?: boolean; mentionsOnly?: boolean } {
  const ofBoth = {
    allowBots: readYesNo(state, sourceBlocks.bots, trigger.settings.allowBots),
    allowOutside: readYesNo(state, sourceBlocks.outside, trigger.settings.allowOutside),
  };
  if (trigger.kind === 'reaction') return ofBoth;
  return {
    ...ofBoth,
    includeReplies: readYesNo(state, sourceBlocks.replies, trigger.settings.includeReplies),
    mentionsOnly: readYesNo(state, sourceBlocks.mentions, trigger.settings.mentionsOnly),
  };
}

function nameInput(initial: string): InputBlock {
  return textInput({
    blockId: sourceBlocks.name,
    label: 'Name',
    hint: 'Such as “Refunds asked for in #support”.',
    max: 80,
    initial,
  });
}

function reactionInput(initial: string): InputBlock {
  return textInput({
    blockId: sourceBlocks.reaction,
    label: 'Emoji',
    hint: 'Its name, such as :ticket:.',
    max: 100,
    initial: initial === '' ? '' : `:${initial}:`,
  });
}

function channelsInput(initial: string): InputBlock {
  return textInput({
    blockId: sourceBlocks.channels,
    label: 'Channels',
    hint: 'Such as #support, #sales. Empty: every public channel that @baton is in. Invite it to them first.',
    optional: true,
    max: 1_000,
    initial,
  });
}

function matchInputs(match: TextMatch, isNew: boolean): KnownBlock[] {
  const text =
    match.by === 'keywords' ? match.keywords.join(', ') : match.by === 'pattern' ? match.pattern : '';
  return [
    choiceInput({
      blockId: sourceBlocks.by,
      label: 'Messages',
      choices: matchChoices,
      initial: isNew ? 'keywords' : match.by,
    }),
    textInput({
      blockId: sourceBlocks.text,
      label: 'Words, or the regular expression',
      hint: 'Words with commas between them: refund, money back. Or an expression whose named groups become values: refund of (?P<amount>\\d+)',
      optional: true,
      max: 1_000,
      initial: text,
    }),
    yesNoInput({
      blockId: sourceBlocks.caseSensitive,
      label: 'The expression minds upper and lower case',
      initial: match.by === 'pattern' && match.caseSensitive,
    }),
  ];
}
