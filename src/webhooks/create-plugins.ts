import type { EventHandlerStore } from '../../models/event-handler.ts';
import type { PluginQuery, PluginStore } from '../../models/plugin.ts';
import type { Clock } from '../clock.ts';
import type { Access } from '../domain/access.ts';
import type { DeliveryStore } from '../domain/delivery-store.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { IdSource } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OrgEventType } from '../domain/org-event.ts';
import { type Plugin, pluginType } from '../domain/plugin.ts';
import { type Manager, requireAdmin, requireMember } from '../engine/people/manager.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import { secretShownOnce } from '../engine/people/secret-shown-once.ts';
import { ConflictError, NotFoundError, PermissionError } from '../errors.ts';
import type { SecretBox } from '../secret-box.ts';
import type { EventHandlers } from './event-handlers.ts';
import type { ExpectPlugin, NewPlugin, PluginChanges, PluginWithSecret, Plugins } from './plugins.ts';
import type { PostWebhook } from './post-webhook.ts';
import { newSigningSecret, previousSecret, sealSigningSecret } from './signing.ts';
import { challengeReceiver } from './verify-webhook.ts';
import { type WebhookUrlRules, requireWebhookUrl } from './webhook-url.ts';

export interface PluginsDeps {
  plugins: PluginStore;
  handlers: Pick<EventHandlerStore, 'narrow' | 'listOfPlugin'>;
  deliveries: Pick<DeliveryStore, 'wake'>;
  /** Takes a handler away, whoever's it is. */
  detach: EventHandlers['detachAny'];
  /** To be told what this process has changed. */
  forget: (pluginId: string) => void;
  forgetHandler: (handler: EventHandler) => void;
  kick: (pluginIds: Iterable<string>) => void;
  note: NoteOrgEvent;
  box: SecretBox;
  post: PostWebhook;
  rules: WebhookUrlRules;
  clock: Clock;
  newId: IdSource;
}

/** A mistake in a program should not fill the database. */
const maxPluginsPerOrg = 200;

export function createPlugins(deps: PluginsDeps): Plugins {
  return new StorePlugins(deps);
}

class StorePlugins implements Plugins {
  readonly #deps: PluginsDeps;

  constructor(deps: PluginsDeps) {
    this.#deps = deps;
  }

  async create(by: Manager, input: NewPlugin, reservedId?: string): Promise<PluginWithSecret> {
    const { plugins, box, rules, clock, newId } = this.#deps;
    const { orgId } = by.access;
    requireAdmin(by);
    const madeBefore = reservedId === undefined ? null : await plugins.find(reservedId);
    if (madeBefore?.orgId === orgId) throw secretShownOnce();
    const webhookUrl = requireWebhookUrl(input.webhookUrl, rules);
    const id = reservedId ?? newId();
    const secret = newSigningSecret();
    const secrets = [sealSigningSecret(box, id, secret)];
    if ((await plugins.count(orgId)) >= maxPluginsPerOrg) throw tooManyPlugins();
    const now = clock.now();
    const plugin: Plugin = {
      id,
      orgId,
      ...input,
      type: pluginType,
      webhookUrl,
      verifiedAt: null,
      secrets,
      revision: 1,
      createdBy: by.actor,
      createdAt: now,
      updatedAt: now,
    };
    await plugins.insert(plugin);
    await this.#log('PLUGIN_CREATED', by, plugin, { isPublic: plugin.isPublic });
    return { plugin, secret };
  }

  async list(
    access: Access,
    { isPublic, ...page }: Omit<PluginQuery, 'of'> & { isPublic: boolean },
  ): Promise<Plugin[]> {
    requireMember({ access });
    return this.#deps.plugins.list({ of: isPublic ? 'public' : { orgId: access.orgId }, ...page });
  }

  async get(access: Access, pluginId: string): Promise<Plugin> {
    requireMember({ access });
    const plugin = await this.#deps.plugins.find(pluginId);
    const isSeen = plugin !== null && (plugin.orgId === access.orgId || plugin.isPublic);
    if (!isSeen) throw noSuchPlugin();
    return plugin;
  }

  async change(
    by: Manager,
    pluginId: string,
    changes: PluginChanges,
    expected?: ExpectPlugin,
  ): Promise<Plugin> {
    const before = await this.#own(by.access, pluginId, expected);
    const given = definedOnly(changes);
    const url = given.webhookUrl === undefined ? before.webhookUrl : this.#checkUrl(given.webhookUrl);
    const verifiedAt = url === before.webhookUrl ? before.verifiedAt : null;
    const plugin = await this.#replace({ ...before, ...given, webhookUrl: url, verifiedAt });
    if (given.events !== undefined) await this.#narrowHandlers(plugin);
    await this.#log('PLUGIN_CHANGED', by, plugin, { fields: Object.keys(given) });
    return plugin;
  }

  async remove(by: Manager, pluginId: string, expected?: ExpectPlugin): Promise<void> {
    const { plugins, handlers, detach, forget } = this.#deps;
    const plugin = await this.#own(by.access, pluginId, expected);
    // First, so that nobody can attach it while its handlers are taken away.
    await plugins.remove(pluginId);
    for (const handler of await handlers.listOfPlugin(pluginId)) await detach(handler, by.actor);
    forget(pluginId);
    await this.#log('PLUGIN_DELETED', by, plugin, {});
  }

  async verify(by: Manager, pluginId: string): Promise<Plugin> {
    const { box, post, clock, newId, deliveries, kick } = this.#deps;
    const before = await this.#own(by.access, pluginId);
    await challengeReceiver({ box, post, clock, newId }, before);
    const plugin = await this.#replace({ ...before, verifiedAt: clock.now() });
    await this.#log('PLUGIN_VERIFIED', by, plugin, {});
    await deliveries.wake(pluginId, clock.now());
    kick([pluginId]);
    return plugin;
  }

  async rotateSecret(by: Manager, pluginId: string, overlapMs: number): Promise<PluginWithSecret> {
    const { box, clock } = this.#deps;
    const before = await this.#own(by.access, pluginId);
    const secret = newSigningSecret();
    const renewed = sealSigningSecret(box, pluginId, secret);
    const secrets = [renewed, ...previousSecret(before.secrets, clock.now(), overlapMs)];
    const plugin = await this.#replace({ ...before, secrets });
    await this.#log('PLUGIN_CHANGED', by, plugin, { fields: ['secret'] });
    return { plugin, secret };
  }

  /** @throws NotFoundError, PermissionError, ConflictError when it is not as the caller knows it */
  async #own(access: Access, pluginId: string, expected?: ExpectPlugin): Promise<Plugin> {
    const plugin = await this.get(access, pluginId);
    if (plugin.orgId !== access.orgId) {
      throw new PermissionError('This plugin belongs to another org: you can attach it, and not change it.');
    }
    requireAdmin({ access });
    expected?.(plugin);
    return plugin;
  }

  async #replace(changed: Plugin): Promise<Plugin> {
    const { plugins, clock, forget } = this.#deps;
    const plugin = { ...changed, revision: changed.revision + 1, updatedAt: clock.now() };
    if (!(await plugins.replace(plugin))) throw changedMeanwhile();
    forget(plugin.id);
    return plugin;
  }

  async #narrowHandlers({ id, events }: Plugin): Promise<void> {
    const { handlers, clock, forgetHandler } = this.#deps;
    await handlers.narrow(id, events, clock.now());
    for (const handler of await handlers.listOfPlugin(id)) forgetHandler(handler);
  }

  #checkUrl(url: string): string {
    return requireWebhookUrl(url, this.#deps.rules);
  }

  async #log(type: OrgEventType, by: Manager, plugin: Plugin, data: JsonObject): Promise<void> {
    const { orgId, id, name } = plugin;
    const subject = { kind: 'plugin', id, name };
    await this.#deps.note({ orgId, type, workflowId: null, actor: by.actor, subject, data });
  }
}

function definedOnly(changes: PluginChanges): Partial<NewPlugin> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function noSuchPlugin(): NotFoundError {
  return new NotFoundError('There is no such plugin.');
}

function changedMeanwhile(): ConflictError {
  return new ConflictError(
    'The plugin was changed by somebody else meanwhile. Read it again, then repeat your change.',
    'changed-meanwhile',
  );
}

function tooManyPlugins(): ConflictError {
  return new ConflictError(
    `An org can have at most ${maxPluginsPerOrg} plugins. Delete those that are not used.`,
    'too-many-plugins',
  );
}
