import type { DeliveryLane } from '../domain/delivery.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { Plugin, SealedSecret } from '../domain/plugin.ts';

/** Where what is in a lane goes to, as it is at this moment. */
export interface Receiver {
  /** Whose secrets these are. */
  id: string;
  secrets: SealedSecret[];
  /** Null: each delivery says itself where it goes. */
  webhookUrl: string | null;
  /** False: the receiver has not proved that it is its owner's. */
  isVerified: boolean;
  /** False: it wants nothing, and what waits for it is given up. */
  enabled: boolean;
  /** It has answered 410, and wants nothing more. */
  disable(): Promise<void>;
}

/** @returns null for a lane whose receiver was taken away, or is about to be made */
export type FindReceiver = (lane: DeliveryLane) => Promise<Receiver | null>;

export interface PluginReceiverDeps {
  findHandler: (handlerId: string) => Promise<EventHandler | null>;
  findPlugin: (pluginId: string) => Promise<Plugin | null>;
  disableGone: (handler: EventHandler) => Promise<void>;
}

/** The receivers of plugins that are attached to workflows. */
export function createPluginReceivers(deps: PluginReceiverDeps): FindReceiver {
  return async ({ handlerId, pluginId }) => {
    const handler = await deps.findHandler(handlerId);
    const plugin = await deps.findPlugin(pluginId);
    if (handler === null || plugin === null) return null;
    const { id, secrets, webhookUrl, verifiedAt } = plugin;
    const disable = (): Promise<void> => deps.disableGone(handler);
    return { id, secrets, webhookUrl, isVerified: verifiedAt !== null, enabled: handler.enabled, disable };
  };
}

/** The first that knows whose lane it is. */
export function firstReceiver(...finders: readonly FindReceiver[]): FindReceiver {
  return async (lane) => {
    for (const find of finders) {
      const receiver = await find(lane);
      if (receiver !== null) return receiver;
    }
    return null;
  };
}
