import type { EventHandlerStore } from '../../models/event-handler.ts';
import type { PluginStore } from '../../models/plugin.ts';
import type { Clock } from '../clock.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { Plugin } from '../domain/plugin.ts';
import { type RecentCache, createRecentCache } from './recent-cache.ts';

/** What each event and each delivery asks for, as it was at most a second ago. */
export interface RecentlyRead {
  plugin: RecentCache<Plugin | null>;
  handler: RecentCache<EventHandler | null>;
  ofWorkflow: RecentCache<EventHandler[]>;
  /** To be called when this process has changed it. */
  forgetHandler: (handler: EventHandler) => void;
}

export function createRecentlyRead(
  stores: { plugins: PluginStore; handlers: EventHandlerStore },
  clock: Clock,
): RecentlyRead {
  const handler = createRecentCache(clock, (id) => stores.handlers.find(id));
  const ofWorkflow = createRecentCache(clock, (id) => stores.handlers.listOfWorkflow(id));
  return {
    plugin: createRecentCache(clock, (id) => stores.plugins.find(id)),
    handler,
    ofWorkflow,
    forgetHandler({ id, workflowId }) {
      handler.forget(id);
      ofWorkflow.forget(workflowId);
    },
  };
}
