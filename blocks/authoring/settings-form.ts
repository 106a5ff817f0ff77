import type { KnownBlock, ModalView } from '@slack/types';
import type { PostTo } from '../../src/domain/post-to.ts';
import type { Team } from '../../src/domain/team.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { context, input } from '../elements.ts';
import type { FormErrors } from '../form-errors.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { describeWorkflowStatus } from '../workflow-words.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { choiceInput, readChoice, textInput } from './form-inputs.ts';

export const settingsBlocks = {
  name: 'settings_name',
  description: 'settings_description',
  team: 'settings_team',
  postTo: 'settings_post_to',
  channel: 'settings_channel',
} as const;

export interface SettingsFormOptions {
  workflow: Pick<Workflow, 'name' | 'description' | 'teamId' | 'postTo' | 'status'>;
  /** The teams that it can be given to. */
  teams: readonly Pick<Team, 'id' | 'name'>[];
  hasPickers: boolean;
  metadata: string;
}

/** What was filled in. `channel`: as it was typed or chosen, where the cards go to a channel. */
export interface Settings {
  name: string;
  description: string;
  teamId: string | null;
  postTo: 'origin' | 'starter' | 'channel';
  channel: string;
}

const noTeam = 'none';
const maxNameLength = 100;
const maxDescriptionLength = 2_000;

/** Asks for what concerns a workflow as a whole. */
export function settingsForm(options: SettingsFormOptions): ModalView {
  const { workflow, teams, hasPickers, metadata } = options;
  const isTooLong = workflow.description.length > maxDescriptionLength;
  return modal({
    callbackId: authoringCallbacks.settings,
    title: 'Settings',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(describeWorkflowStatus(workflow.status)),
      textInput({
        blockId: settingsBlocks.name,
        label: 'Name',
        hint: 'What people call it. They start it with this name.',
        max: maxNameLength,
        initial: workflow.name,
      }),
      textInput({
        blockId: settingsBlocks.description,
        label: 'Description',
        hint: isTooLong
          ? 'It is longer than can be shown here: leave this empty to keep it.'
          : 'What it is for. It is shown to whoever starts it.',
        max: maxDescriptionLength,
        multiline: true,
        optional: true,
        initial: workflow.description,
      }),
      choiceInput({
        blockId: settingsBlocks.team,
        label: 'Team that owns it',
        hint: 'The team may change it, and only the team and the admins see it. Without a team everybody sees it, and who made it may change it.',
        choices: [
          [noTeam, 'No team'],
          ...teams.slice(0, limits.selectOptions - 1).map(({ id, name }) => [id, name] as const),
        ],
        initial: workflow.teamId ?? noTeam,
      }),
      ...postToBlocks(workflow.postTo ?? 'origin', hasPickers),
    ],
  });
}

export function readSettingsForm(
  { workflow, teams }: Pick<SettingsFormOptions, 'workflow' | 'teams'>,
  state: FormState,
): { settings: Settings; errors: FormErrors } {
  const errors: FormErrors = {};
  const name = readText(state, settingsBlocks.name);
  if (name === '') errors[settingsBlocks.name] = 'Please give it a name.';
  else if (!/[\p{L}\p{N}]/u.test(name))
    errors[settingsBlocks.name] = 'Must have at least one letter or digit.';
  const typed = readText(state, settingsBlocks.description);
  const keeps = typed === '' && workflow.description.length > maxDescriptionLength;
  const known = [noTeam, ...teams.map(({ id }) => id)];
  const team = readChoice(state, settingsBlocks.team, known, workflow.teamId ?? noTeam);
  const postTo = readChoice(
    state,
    settingsBlocks.postTo,
    ['origin', 'starter', 'channel'],
    kindOf(workflow.postTo ?? 'origin'),
  );
  const picked = state[settingsBlocks.channel]?.[valueActionId];
  const channel = (picked?.selected_conversation ?? picked?.value ?? '').trim();
  if (postTo === 'channel' && channel === '') errors[settingsBlocks.channel] = 'Please choose the channel.';
  return {
    settings: {
      name,
      description: keeps ? workflow.description : typed,
      teamId: team === noTeam ? null : team,
      postTo,
      channel,
    },
    errors,
  };
}

function postToBlocks(postTo: PostTo, hasPickers: boolean): KnownBlock[] {
  const kind = kindOf(postTo);
  const channel = kind === 'channel' ? postTo : '';
  return [
    choiceInput({
      blockId: settingsBlocks.postTo,
      label: 'Where the card of each task is posted',
      choices: [
        ['origin', 'Where it was started'],
        ['starter', 'To whoever started it, directly'],
        ['channel', 'In the channel below'],
      ],
      initial: kind,
    }),
    hasPickers
      ? input({
          blockId: settingsBlocks.channel,
          label: 'Channel',
          hint: 'Invite @baton to it first.',
          optional: true,
          element: {
            type: 'conversations_select',
            action_id: valueActionId,
            filter: { include: ['public', 'private'], exclude_bot_users: true },
            ...(channel === '' ? {} : { initial_conversation: channel }),
          },
        })
      : textInput({
          blockId: settingsBlocks.channel,
          label: 'Channel',
          hint: 'Such as #support. Invite @baton to it first.',
          max: 100,
          optional: true,
          initial: channel,
        }),
  ];
}

function kindOf(postTo: PostTo): Settings['postTo'] {
  return postTo === 'origin' || postTo === 'starter' ? postTo : 'channel';
}
