import type { Actor } from '../../domain/actor.ts';
import type { Batch } from '../../domain/batch.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';

/** Notes among the org's events what somebody did with a batch. */
export async function noteBatch(
  note: NoteOrgEvent,
  type: 'BATCH_CHECKED' | 'BATCH_CHANGED',
  { id, orgId, workflowId, name }: Batch,
  { actor, data }: { actor: Actor; data: JsonObject },
): Promise<void> {
  await note({ orgId, type, workflowId, actor, subject: { kind: 'batch', id, name }, data });
}
