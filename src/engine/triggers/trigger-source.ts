import type { TriggerStore } from '../../../models/trigger-store.ts';
import type { Clock } from '../../clock.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerListener, TriggerSource } from './triggers.ts';

/** How late another process may learn of a change. */
const lifetimeMs = 3_000;
const maxOrgs = 1_000;
const cachedKinds = ['message', 'reaction'] as const;

/** A source with a cache, and what makes the cache forget. */
export interface CachedTriggerSource extends TriggerSource {
  onChange: TriggerListener;
}

/**
 * The triggers that Slack's messages are held against are remembered for each org, so that a message costs no query:
 * changes that are made in this process count at once, those of another one within three seconds.
 */
export function createTriggerSource(store: TriggerStore, clock: Clock): CachedTriggerSource {
  const known = new Map<string, { triggers: Promise<Trigger[]>; readAt: number }>();

  function remembered(orgId: string): Promise<Trigger[]> {
    const now = clock.now().getTime();
    const entry = known.get(orgId);
    if (entry !== undefined && now - entry.readAt < lifetimeMs) return entry.triggers;
    const triggers = store.listEnabled(orgId, cachedKinds);
    known.delete(orgId);
    if (known.size >= maxOrgs) known.delete(known.keys().next().value ?? '');
    known.set(orgId, { triggers, readAt: now });
    // What could not be read is asked for again by the next one.
    triggers.catch(() => known.delete(orgId));
    return triggers;
  }

  return {
    async listEnabled(orgId, kinds) {
      const isCached = kinds.every((kind) => cachedKinds.some((cached) => cached === kind));
      if (!isCached) return store.listEnabled(orgId, kinds);
      return (await remembered(orgId)).filter(({ kind }) => kinds.includes(kind));
    },
    listOfWorkflow: (...ids) => store.listOfWorkflow(...ids),
    find: (triggerId) => store.findAnywhere(triggerId),
    onChange: ({ orgId }) => void known.delete(orgId),
  };
}
