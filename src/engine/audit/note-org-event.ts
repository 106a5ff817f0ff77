import type { Clock } from '../../clock.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { OrgEventDraft, OrgEventLog } from '../../domain/org-event.ts';

/** Logs one thing that was done. Resolves when it is stored. */
export type NoteOrgEvent = (event: Omit<OrgEventDraft, 'id' | 'createdAt'>) => Promise<void>;

/** Gives each event its id and time. */
export function createNoteOrgEvent(log: OrgEventLog, clock: Clock, newId: IdSource): NoteOrgEvent {
  return (event) => log.append([{ ...event, id: newId(), createdAt: clock.now() }]);
}
