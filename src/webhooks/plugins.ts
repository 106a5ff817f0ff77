import type { PluginQuery } from '../../models/plugin.ts';
import type { Access } from '../domain/access.ts';
import type { OutboundEventType } from '../domain/outbound-event-type.ts';
import type { Plugin, PluginScope } from '../domain/plugin.ts';
import type { Manager } from '../engine/people/manager.ts';

export interface NewPlugin {
  name: string;
  description: string;
  events: OutboundEventType[];
  isPublic: boolean;
  scopes: PluginScope[];
  tags: string[];
  webhookUrl: string;
}

/** What is left out stays. */
export type PluginChanges = {
  [Field in keyof NewPlugin]?: NewPlugin[Field] | undefined;
};

/** Throws when the plugin is not as the caller knows it. */
export type ExpectPlugin = (plugin: Plugin) => void;

/** `secret` is shown here and never again. */
export interface PluginWithSecret {
  plugin: Plugin;
  secret: string;
}

/**
 * The receivers of an org. Its members see them, its admins manage them. A public one is seen by all
 * orgs; what only its owner may know is for whoever represents it to leave out.
 */
export interface Plugins {
  /**
   * @param id of the plugin, so that a repetition makes no other one
   * @throws PermissionError, ValidationError; AppError when there is no encryption key; ConflictError, and that
   *   is `secret-shown-once` when the org has a plugin with this id already
   */
  create(by: Manager, input: NewPlugin, id?: string): Promise<PluginWithSecret>;
  /** Newest first. @throws PermissionError for an event handler's token */
  list(access: Access, query: Omit<PluginQuery, 'of'> & { isPublic: boolean }): Promise<Plugin[]>;
  /** The org's own, or a public one. @throws NotFoundError */
  get(access: Access, pluginId: string): Promise<Plugin>;
  /**
   * Another `webhookUrl` has to be verified anew. Handlers lose the events that are taken away, and keep
   * the scopes that they were given.
   */
  change(by: Manager, pluginId: string, changes: PluginChanges, expected?: ExpectPlugin): Promise<Plugin>;
  /** With all its handlers, in whatever org they are. */
  remove(by: Manager, pluginId: string, expected?: ExpectPlugin): Promise<void>;
  /**
   * Sends the receiver a challenge, which it must send back: so it is known to be its owner's.
   * @throws ValidationError that says what it answered instead
   */
  verify(by: Manager, pluginId: string): Promise<Plugin>;
  /** The secret until now goes on signing for this long, beside the new one; 0: not at all. */
  rotateSecret(by: Manager, pluginId: string, overlapMs: number): Promise<PluginWithSecret>;
}
