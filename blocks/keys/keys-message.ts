import type { KnownBlock } from '@slack/types';
import type { ApiKey } from '../../src/domain/api-key.ts';
import type { Team } from '../../src/domain/team.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import type { Message } from '../message.ts';
import { slackTime } from '../people.ts';
import { keyActions } from './key-ids.ts';

/** Of the fifty blocks that a message may have. */
const maxShown = 20;

/** The keys that a person may revoke, newest first. `teams`: by which the keys of teams are named. */
export function keysMessage(options: { keys: readonly ApiKey[]; teams: readonly Team[] }): Message {
  const { keys, teams } = options;
  const shown = keys.slice(0, maxShown);
  const rows = shown.map((key) => keyRow(key, teams));
  const none = section('You have no keys yet. With a key a program does in your name what you do here.');
  const more =
    keys.length > maxShown ? [context(`… and ${keys.length - maxShown} more, which the API lists`)] : [];
  const create = button({ text: 'Create a key', actionId: keyActions.create, style: 'primary' });
  return message(`You have ${keys.length === 1 ? 'one key' : `${keys.length} keys`} for the API.`, [
    header('Your keys for the API'),
    ...(rows.length === 0 ? [none] : rows),
    ...more,
    actions([create]),
  ]);
}

function keyRow({ id, name, teamId, expiresAt, lastUsedAt }: ApiKey, teams: readonly Team[]): KnownBlock {
  const team = teams.find((candidate) => candidate.id === teamId);
  const whose = teamId === null ? '' : ` for the team ${bold(team?.name ?? teamId)}`;
  const facts = [
    expiresAt === null ? 'never expires' : `expires ${slackTime(expiresAt)}`,
    lastUsedAt === null ? 'never used' : `last used ${slackTime(lastUsedAt)}`,
  ];
  const revoke = button({
    text: 'Revoke',
    actionId: keyActions.revoke,
    value: id,
    style: 'danger',
    label: `Revoke the key ${name}`,
    confirm: {
      title: 'Revoke this key?',
      text: `Programs that use "${name}" are shut out at once, for good.`,
      confirm: 'Revoke',
      deny: 'Keep it',
    },
  });
  return section(`${bold(name)}${whose}\n${facts.join(', ')}`, revoke);
}
