import type { Actor } from './actor.ts';
import type { OutboundEventType } from './outbound-event-type.ts';
import type { PluginScope } from './plugin.ts';

/** A plugin attached to one workflow. */
export interface EventHandler {
  id: string;
  /** The workflow's org, which need not be the plugin's. */
  orgId: string;
  workflowId: string;
  pluginId: string;
  /** A subset of the plugin's. */
  events: OutboundEventType[];
  /** A subset of what the plugin's were when it was attached: what its token may do. */
  scopes: PluginScope[];
  /** Nothing is noted for a handler that is not enabled, and its token opens nothing. */
  enabled: boolean;
  /** Why not, in plain words; null while it is enabled, or when a person disabled it. */
  disabledReason: string | null;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
}
