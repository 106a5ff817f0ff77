import { simpleMessage } from '../../../../blocks/elements.ts';
import { inline } from '../../../../blocks/escape.ts';
import { decodeRehearsalClick, type RehearsalClick } from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import type { StoredRehearsal } from '../../../../models/rehearsal-store.ts';
import { type Move, maxMoves } from '../../../domain/rehearsal.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { type PlayedRehearsal, playStored, redrawRehearsal, requireRehearsal } from './show-rehearsal.ts';

export interface RehearsalRequest {
  requester: Requester;
  reply: Reply;
  /** Where was clicked: the message of the rehearsal. Absent in forms. */
  place?: CardPlace;
}

/** @throws ValidationError for a button of another version */
export function readRehearsalClick(value: string): RehearsalClick {
  const click = decodeRehearsalClick(value);
  if (click !== null) return click;
  throw new ValidationError(
    'This button is from another version of Baton and no longer works. Nothing changed.',
  );
}

/**
 * Changes a rehearsal and shows it. What the engine refuses is said and changes nothing; a button that is
 * behind does nothing but show where the rehearsal stands.
 *
 * @returns false when it was refused, or was behind
 */
export async function changeRehearsal(
  deps: SlackDeps,
  { requester, reply, place }: RehearsalRequest,
  click: Pick<RehearsalClick, 'rehearsalId' | 'version'>,
  change: (stored: StoredRehearsal) => Partial<StoredRehearsal> | Promise<Partial<StoredRehearsal>>,
): Promise<boolean> {
  const before = atPlace(await requireRehearsal(deps, requester, click.rehearsalId), place);
  if (before.version !== click.version) {
    await reply.acknowledge();
    await redrawRehearsal(deps, await playStored(deps, before));
    return false;
  }
  const changes = await change(before);
  const after = { ...before, ...changes, version: before.version + 1, updatedAt: deps.clock.now() };
  const rehearsal = await playStored(deps, after);
  if (await tellRefused(reply, rehearsal)) return false;
  const isFirst = await deps.rehearsalStore.replace(before, after);
  await reply.acknowledge();
  const shown = isFirst
    ? rehearsal
    : await playStored(deps, await requireRehearsal(deps, requester, before.id));
  await redrawRehearsal(deps, shown);
  return isFirst;
}

/** The message that was clicked is the rehearsal's, also when it is not known yet that it was posted. */
function atPlace(stored: StoredRehearsal, place: CardPlace | undefined): StoredRehearsal {
  if (place?.kind !== 'message') return stored;
  return { ...stored, message: { channelId: place.channelId, ts: place.ts } };
}

/** @throws ValidationError when it is long enough */
export function withMove({ moves }: StoredRehearsal, move: Move): Pick<StoredRehearsal, 'moves'> {
  if (moves.length < maxMoves) return { moves: [...moves, move] };
  throw new ValidationError('This rehearsal is long enough: go back, or start over. Nothing changed.');
}

async function tellRefused(reply: Reply, { played: { refused } }: PlayedRehearsal): Promise<boolean> {
  if (refused === null) return false;
  await reply.tell(simpleMessage(`In the rehearsal, as in a task: ${inline(refused.message)}`));
  return true;
}
