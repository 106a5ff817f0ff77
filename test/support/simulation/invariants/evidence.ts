import type { Definition } from '../../../../src/domain/definition.ts';
import type { ExecutionEvent } from '../../../../src/domain/event.ts';
import type { ExecutionState } from '../../../../src/domain/execution.ts';
import { isJsonObject } from '../../../../src/domain/json.ts';
import type { JournalEntry } from '../journal.ts';
import type { World } from '../world.ts';

/** Everything of one execution that the invariants are checked on. */
export interface Evidence {
  id: string;
  entries: readonly JournalEntry[];
  /** The log as it is stored, without what might still be in an outbox. */
  log: readonly ExecutionEvent[];
  /** The token of whoever gave each entry's command; null for what the engine did by itself. */
  tokens: readonly (string | null)[];
}

export async function gatherEvidence(world: World): Promise<Evidence[]> {
  const gathered: Evidence[] = [];
  for (const [id, entries] of world.journal.entriesById) {
    const log = await world.log.list(id);
    const tokens = entries.map((entry, index) => findToken(entry, entries[index - 1]?.state ?? null));
    gathered.push({ id, entries, log, tokens });
  }
  return gathered;
}

/** The revision that the task ran when an event happened; when it was moved, the one that it was moved to. */
export function definitionAt(world: World, entries: Evidence['entries'], event: ExecutionEvent): Definition {
  const entry = entries.find(({ state }) => state.lastEventSeq >= event.seq) ?? entries.at(-1);
  return world.workflows.definition(entry?.state.revisionId ?? '');
}

/** Whoever gives a command stands in its first event; a signal that is only kept has none, but its payload does. */
function findToken({ state, events }: JournalEntry, before: ExecutionState | null): string | null {
  for (const { actor } of events) {
    if (actor.kind !== 'system') return actor.name;
  }
  const kept = before?.signals.length ?? 0;
  return state.signals.length > kept ? tokenIn(state.signals.at(-1)?.payload) : null;
}

function tokenIn(payload: unknown): string | null {
  const token = isJsonObject(payload) ? payload['token'] : null;
  return typeof token === 'string' ? token : null;
}
