import type { Actor } from '../domain/actor.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { OutboundEventType } from '../domain/outbound-event-type.ts';
import type { PluginScope } from '../domain/plugin.ts';
import type { Workflow } from '../domain/workflow.ts';
import type { Manager } from '../engine/people/manager.ts';

export interface Attachment {
  pluginId: string;
  /** Undefined: all of the plugin's. */
  events?: OutboundEventType[] | undefined;
  /** Undefined: all of the plugin's. */
  scopes?: PluginScope[] | undefined;
}

/**
 * Plugins attached to workflows. Whoever calls these has found the workflow as one that the caller may
 * see; those that change something ask for the right to change the workflow.
 */
export interface EventHandlers {
  /**
   * The receiver gets `PLUGIN_INSTALLED` with the handler's token. With an `id` a repetition finds the
   * handler that was made before, and takes back what an attempt left that was cut off.
   * @throws ValidationError naming what the plugin does not offer; ConflictError while it is not verified
   */
  attach(by: Manager, workflow: Workflow, attachment: Attachment, id?: string): Promise<EventHandler>;
  /** Oldest first. */
  list(workflow: Workflow): Promise<EventHandler[]>;
  /** @throws NotFoundError */
  get(workflow: Workflow, handlerId: string): Promise<EventHandler>;
  /** The same, for who may have its events sent again. @throws PermissionError */
  forChange(by: Manager, workflow: Workflow, handlerId: string): Promise<EventHandler>;
  setEnabled(by: Manager, workflow: Workflow, handlerId: string, enabled: boolean): Promise<EventHandler>;
  /** Its token is revoked, and what it was still to get is forgotten. */
  detach(by: Manager, workflow: Workflow, handlerId: string): Promise<void>;
  /** The same without asking who may. */
  detachAny(handler: EventHandler, by: Actor): Promise<void>;
  /** As it was at most a second ago. False for a handler that is not there. */
  isEnabled(orgId: string, handlerId: string): Promise<boolean>;
  /** The receiver answered that it wants nothing more. */
  disableGone(handler: EventHandler): Promise<void>;
}
