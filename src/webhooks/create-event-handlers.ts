import type { EventHandlerStore } from '../../models/event-handler.ts';
import type { Clock } from '../clock.ts';
import { type Access, canEditWorkflow } from '../domain/access.ts';
import { type Actor, systemActor } from '../domain/actor.ts';
import type { DeliveryStore } from '../domain/delivery-store.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { IdSource } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OrgEventType } from '../domain/org-event.ts';
import type { OutboundEvent } from '../domain/outbound-event.ts';
import type { Plugin } from '../domain/plugin.ts';
import type { Workflow } from '../domain/workflow.ts';
import type { Manager } from '../engine/people/manager.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import {
  ConflictError,
  type FieldError,
  NotFoundError,
  PermissionError,
  ValidationError,
} from '../errors.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Attachment, EventHandlers } from './event-handlers.ts';
import type { HandlerTokens } from './handler-tokens.ts';
import { newDelivery } from './new-delivery.ts';
import type { Plugins } from './plugins.ts';
import { deliveryContext } from './send-delivery.ts';

export interface EventHandlersDeps {
  handlers: EventHandlerStore;
  deliveries: Pick<DeliveryStore, 'add' | 'removeOf'>;
  /** A plugin as the caller may see it. */
  getPlugin: Plugins['get'];
  tokens: HandlerTokens;
  /** As it was at most a second ago. */
  findRecent: (handlerId: string) => Promise<EventHandler | null>;
  /** To be told what this process has changed. */
  forget: (handler: EventHandler) => void;
  kick: (pluginIds: Iterable<string>) => void;
  note: NoteOrgEvent;
  box: SecretBox;
  clock: Clock;
  newId: IdSource;
}

/** Each event of the workflow is stored once per handler. */
const maxHandlersPerWorkflow = 20;

export function createEventHandlers(deps: EventHandlersDeps): EventHandlers {
  return new StoreEventHandlers(deps);
}

class StoreEventHandlers implements EventHandlers {
  readonly #deps: EventHandlersDeps;

  constructor(deps: EventHandlersDeps) {
    this.#deps = deps;
  }

  async attach(by: Manager, workflow: Workflow, attachment: Attachment, id?: string): Promise<EventHandler> {
    requireEditable(by.access, workflow);
    const madeBefore = id === undefined ? null : await this.#deps.handlers.find(id);
    if (madeBefore?.workflowId === workflow.id) return madeBefore;
    const plugin = await this.#deps.getPlugin(by.access, attachment.pluginId).catch(rethrowForBody);
    const { events = plugin.events, scopes = plugin.scopes } = attachment;
    requireOffered(plugin, attachment);
    if (plugin.verifiedAt === null) throw unverified(plugin);
    await this.#requireRoom(workflow.id, plugin.id);
    const { newId, clock } = this.#deps;
    const now = clock.now();
    const handler: EventHandler = {
      id: id ?? newId(),
      orgId: workflow.orgId,
      workflowId: workflow.id,
      pluginId: plugin.id,
      events,
      scopes,
      enabled: true,
      disabledReason: null,
      createdBy: by.actor,
      createdAt: now,
      updatedAt: now,
    };
    if (id !== undefined) await this.#undo(handler);
    await this.#install(handler, plugin, workflow);
    await this.#log('EVENT_HANDLER_ATTACHED', by.actor, handler, { events, scopes });
    return handler;
  }

  async #install(handler: EventHandler, plugin: Plugin, workflow: Workflow): Promise<void> {
    const { handlers, kick, forget } = this.#deps;
    await this.#noteInstalled(handler, plugin, workflow);
    try {
      await handlers.insert(handler);
    } catch (error) {
      // After another failure it may be stored nevertheless; if it is not, its token opens nothing.
      if (error instanceof ConflictError) await this.#undo(handler);
      throw error;
    }
    forget(handler);
    kick([plugin.id]);
  }

  list(workflow: Workflow): Promise<EventHandler[]> {
    return this.#deps.handlers.listOfWorkflow(workflow.id);
  }

  async get(workflow: Workflow, handlerId: string): Promise<EventHandler> {
    const handler = await this.#deps.handlers.find(handlerId);
    if (handler === null || handler.workflowId !== workflow.id) {
      throw new NotFoundError('This workflow has no such event handler.');
    }
    return handler;
  }

  async forChange(by: Manager, workflow: Workflow, handlerId: string): Promise<EventHandler> {
    requireEditable(by.access, workflow);
    return this.get(workflow, handlerId);
  }

  async setEnabled(
    by: Manager,
    workflow: Workflow,
    handlerId: string,
    enabled: boolean,
  ): Promise<EventHandler> {
    const before = await this.forChange(by, workflow, handlerId);
    if (before.enabled === enabled) return before;
    return this.#setEnabled(before, enabled, null, by.actor);
  }

  async detach(by: Manager, workflow: Workflow, handlerId: string): Promise<void> {
    await this.detachAny(await this.forChange(by, workflow, handlerId), by.actor);
  }

  async detachAny(handler: EventHandler, by: Actor): Promise<void> {
    const { handlers, deliveries, tokens, forget } = this.#deps;
    await tokens.revoke(handler);
    const wasThere = await handlers.remove(handler.id);
    forget(handler);
    await deliveries.removeOf(handler.id);
    if (wasThere) await this.#log('EVENT_HANDLER_DETACHED', by, handler, {});
  }

  async isEnabled(orgId: string, handlerId: string): Promise<boolean> {
    const handler = await this.#deps.findRecent(handlerId);
    return handler !== null && handler.orgId === orgId && handler.enabled;
  }

  async disableGone(handler: EventHandler): Promise<void> {
    await this.#setEnabled(handler, false, 'The receiver answered 410 Gone.', systemActor);
  }

  async #setEnabled(
    handler: EventHandler,
    enabled: boolean,
    reason: string | null,
    by: Actor,
  ): Promise<EventHandler> {
    const { handlers, clock, forget } = this.#deps;
    const changed = await handlers.setEnabled(handler.id, enabled, reason, clock.now());
    forget(handler);
    if (changed === null) return { ...handler, enabled, disabledReason: reason };
    await this.#log('EVENT_HANDLER_CHANGED', by, changed, { enabled, reason });
    return changed;
  }

  async #requireRoom(workflowId: string, pluginId: string): Promise<void> {
    const others = await this.#deps.handlers.listOfWorkflow(workflowId);
    if (others.some((other) => other.pluginId === pluginId)) {
      throw new ConflictError('This plugin is attached to this workflow already.', 'already-attached');
    }
    if (others.length < maxHandlersPerWorkflow) return;
    throw new ConflictError(
      `A workflow can have at most ${maxHandlersPerWorkflow} event handlers. Detach one that is not used.`,
      'too-many-handlers',
    );
  }

  /** Before the handler itself: one that is there has been told its token, or will be. */
  async #noteInstalled(handler: EventHandler, plugin: Plugin, { id, name }: Workflow): Promise<void> {
    const { deliveries, tokens, box, clock, newId } = this.#deps;
    // Without a scope there is nothing that a token could do.
    const token = handler.scopes.length === 0 ? null : await tokens.issue(handler, plugin);
    const { id: handlerId, orgId, workflowId, events, scopes, createdAt } = handler;
    const event: OutboundEvent = {
      id: newId(),
      type: 'PLUGIN_INSTALLED',
      createdAt,
      orgId,
      workflowId,
      executionId: null,
      stepId: null,
      stepName: null,
      data: { handlerId, pluginId: plugin.id, events, scopes, token, workflow: { id, name } },
    };
    const delivery = newDelivery(handler, event, newId());
    const { body, key } = delivery;
    if (body?.kind !== 'plain') throw new TypeError('a new delivery has its payload in clear');
    const sealed = { kind: 'sealed', text: box.seal(body.json, deliveryContext(key)) } as const;
    await deliveries.add([{ ...delivery, body: sealed }], clock.now());
  }

  async #undo(handler: EventHandler): Promise<void> {
    await this.#deps.tokens.revoke(handler);
    await this.#deps.deliveries.removeOf(handler.id);
  }

  async #log(type: OrgEventType, actor: Actor, handler: EventHandler, data: JsonObject): Promise<void> {
    const { id, orgId, workflowId, pluginId } = handler;
    const subject = { kind: 'event-handler', id, name: pluginId };
    await this.#deps.note({ orgId, type, workflowId, actor, subject, data: { ...data, pluginId } });
  }
}

/** A handler's own token changes the workflow, and gives no rights to others. @throws PermissionError */
export function requireEditable(access: Access, workflow: Workflow): void {
  if (access.handler === null && canEditWorkflow(access, workflow)) return;
  throw new PermissionError(
    "Only who may change the workflow can manage its event handlers; an event handler's token cannot.",
  );
}

/** The id stands in the body, so it is the body that is wrong. */
function rethrowForBody(error: unknown): never {
  if (!(error instanceof NotFoundError)) throw error;
  const message = 'is no plugin of your org, and no public one';
  throw new ValidationError(`pluginId ${message}.`, [{ path: 'pluginId', message }]);
}

function requireOffered(plugin: Plugin, { events = [], scopes = [] }: Attachment): void {
  const fields: FieldError[] = [
    ...notOffered('events', events, plugin.events),
    ...notOffered('scopes', scopes, plugin.scopes),
  ];
  if (fields.length === 0) return;
  const places = fields.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new ValidationError(`The plugin does not offer all of this: ${places}.`, fields, 'not-offered');
}

function notOffered(what: string, asked: readonly string[], offered: readonly string[]): FieldError[] {
  return asked.flatMap((name, index) =>
    offered.includes(name)
      ? []
      : [{ path: `${what}/${index}`, message: `is ${name}, which is not among the plugin's ${what}` }],
  );
}

function unverified({ id }: Plugin): ConflictError {
  return new ConflictError(
    `The plugin is not verified yet. Its owner must call POST /api/plugins/${id}/verify-webhook, with the receiver running; then attach it.`,
    'plugin-not-verified',
  );
}
