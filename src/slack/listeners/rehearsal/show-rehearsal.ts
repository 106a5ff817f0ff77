import { rehearsalMessage } from '../../../../blocks/rehearsal/rehearsal-message.ts';
import type { RehearsalView } from '../../../../blocks/rehearsal/rehearsal-view.ts';
import type { StoredRehearsal } from '../../../../models/rehearsal-store.ts';
import type { Rehearsal } from '../../../engine/simulate/rehearsal-job.ts';
import type { PlayRequest } from '../../../engine/simulate/play.ts';
import type { Definition } from '../../../domain/definition.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';

/** A rehearsal with what it comes to. */
export interface PlayedRehearsal {
  stored: StoredRehearsal;
  definition: Definition;
  played: Rehearsal;
  isBehind: boolean;
}

/** Plays a rehearsal as it is kept. @throws NotFoundError when its workflow may no longer be seen; ValidationError */
export async function playStored(
  deps: Pick<SlackDeps, 'workflows' | 'rehearsals'>,
  stored: StoredRehearsal,
): Promise<PlayedRehearsal> {
  const { workflow } = await deps.workflows.get(stored.orgId, stored.workflowId);
  const definition = await deps.workflows.getRevision(stored.orgId, stored.workflowId, stored.revision);
  const played = await deps.rehearsals.rehearse(requestOf(stored, definition));
  return { stored, definition, played, isBehind: workflow.revision !== stored.revision };
}

export function requestOf(stored: StoredRehearsal, definition: Definition): PlayRequest {
  const { inputs, startedBy, moves, startedAt: startAt } = stored;
  return { definition, inputs, startedBy, moves, startAt };
}

export function viewOf({ stored, definition, played, isBehind }: PlayedRehearsal): RehearsalView {
  const { id, version, workflowId, inputs, moves, startedAt } = stored;
  const { execution, now, next } = played;
  return { id, version, workflowId, definition, inputs, moves, execution, startedAt, now, next, isBehind };
}

/** Brings its message up to date. */
export async function redrawRehearsal(
  { connection }: Pick<SlackDeps, 'connection'>,
  rehearsal: PlayedRehearsal,
): Promise<void> {
  const { message } = rehearsal.stored;
  if (message !== null) await connection.messenger.update(message, rehearsalMessage(viewOf(rehearsal)), 0);
}

/** @throws NotFoundError for one of somebody else, and for one that was forgotten */
export async function requireRehearsal(
  { rehearsalStore }: Pick<SlackDeps, 'rehearsalStore'>,
  { orgId, userId }: { orgId: string; userId: string },
  id: string,
): Promise<StoredRehearsal> {
  const stored = await rehearsalStore.find(orgId, userId, id);
  if (stored !== null) return stored;
  throw new NotFoundError('This rehearsal is no longer kept. Begin another one: `/workflow simulate`.');
}
