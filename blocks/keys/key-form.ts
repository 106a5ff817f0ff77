import type { ModalView } from '@slack/types';
import type { Team } from '../../src/domain/team.ts';
import { input, option, section } from '../elements.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { keyCallbacks } from './key-ids.ts';

/** Block ids, for errors. */
export const keyFormBlocks = { name: 'key_name', expiry: 'key_expiry', owner: 'key_owner' } as const;

const maxNameLength = 100;
const maxTeams = 99;
const forMe = 'me';
const defaultExpiry = '90d';
const expiries = [
  option('In 30 days', '30d'),
  option('In 90 days', defaultExpiry),
  option('In a year', '365d'),
  option('Never', 'never'),
];

/** Asks for a new key. `teams`: those for which this person may make one. */
export function keyForm({ teams }: { teams: readonly Team[] }): ModalView {
  const owners = [
    option('Me', forMe),
    ...teams.slice(0, maxTeams).map(({ id, name }) => option(`Team ${name}`, id)),
  ];
  const [me] = owners;
  const forWhom = input({
    blockId: keyFormBlocks.owner,
    label: 'For',
    hint: "With your own key a program acts as you. A team's key is nobody's: it sees what the team sees and decides nothing.",
    element: {
      type: 'static_select',
      action_id: valueActionId,
      options: owners,
      ...(me === undefined ? {} : { initial_option: me }),
    },
  });
  return modal({
    callbackId: keyCallbacks.create,
    title: 'Create a key',
    submit: 'Create',
    close: 'Cancel',
    metadata: '',
    blocks: [
      input({
        blockId: keyFormBlocks.name,
        label: 'Name',
        hint: 'What it is for, so that you know later which one to revoke.',
        element: { type: 'plain_text_input', action_id: valueActionId, max_length: maxNameLength },
      }),
      input({
        blockId: keyFormBlocks.expiry,
        label: 'Expires',
        element: {
          type: 'static_select',
          action_id: valueActionId,
          options: expiries,
          initial_option: option('In 90 days', defaultExpiry),
        },
      }),
      ...(teams.length === 0 ? [] : [forWhom]),
    ],
  });
}

export interface KeyFormValues {
  name: string;
  /** A duration; null: never. */
  expiresIn: string | null;
  /** Null: for the person themselves. */
  teamId: string | null;
}

export function readKeyForm(state: FormState): KeyFormValues {
  const expiry = readInput(state, keyFormBlocks.expiry).selected[0] ?? defaultExpiry;
  const owner = readInput(state, keyFormBlocks.owner).selected[0] ?? forMe;
  return {
    name: readText(state, keyFormBlocks.name),
    expiresIn: expiry === 'never' ? null : expiry,
    teamId: owner === forMe ? null : owner,
  };
}

/** The only place where a key is ever shown. It has letters, digits, `.`, `-` and `_` only. */
export function newKeyView(bearer: string): ModalView {
  return modal({
    callbackId: 'notice',
    title: 'Your new key',
    submit: null,
    close: 'I have copied it',
    metadata: '',
    blocks: [
      section('Copy it now: it is shown this once, and nobody can look it up later.'),
      section(`\`\`\`${bearer}\`\`\``),
      section(
        'Send it as `Authorization: Bearer <key>`. Who has it can do what it allows, so keep it secret.',
      ),
    ],
  });
}
