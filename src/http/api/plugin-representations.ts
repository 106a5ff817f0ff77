import type { Delivery, DeliveryAttempt } from '../../domain/delivery.ts';
import type { EventHandler } from '../../domain/event-handler.ts';
import type { Plugin } from '../../domain/plugin.ts';

/** To whom something is shown: the org that owns the plugin sees where its receiver is, and what it answers. */
export interface PluginViewer {
  orgId: string;
}

/** Other orgs see what the plugin is, and not where it is. Secrets are shown to nobody. */
export function representPlugin(plugin: Plugin, viewer: PluginViewer): object {
  const { id, orgId, name, description, type, events, scopes, tags, isPublic } = plugin;
  const { webhookUrl, verifiedAt, secrets, createdBy, createdAt, updatedAt } = plugin;
  const shown = { id, orgId, name, description, type, events, scopes, tags, isPublic };
  const isVerified = verifiedAt !== null;
  if (orgId !== viewer.orgId) return { ...shown, isVerified, createdAt, updatedAt };
  const previousSecretExpiresAt = secrets.find(({ expiresAt }) => expiresAt !== null)?.expiresAt ?? null;
  return {
    ...shown,
    webhookUrl,
    isVerified,
    verifiedAt,
    previousSecretExpiresAt,
    createdBy,
    createdAt,
    updatedAt,
  };
}

export function representEventHandler(handler: EventHandler): object {
  const { id, orgId, workflowId, pluginId, events, scopes, enabled, disabledReason } = handler;
  const { createdBy, createdAt, updatedAt } = handler;
  return {
    id,
    orgId,
    workflowId,
    pluginId,
    events,
    scopes,
    enabled,
    disabledReason,
    createdBy,
    createdAt,
    updatedAt,
  };
}

/** What the receiver answered is shown only to the org whose plugin it is. */
export function representDelivery(delivery: Delivery, isOwn: boolean): object {
  const { id, eventId, eventType, lane, state, attempts, nextAttemptAt, createdAt } = delivery;
  const { handlerId, workflowId, executionId } = lane;
  return {
    id,
    handlerId,
    workflowId,
    executionId,
    eventId,
    eventType,
    state,
    nextAttemptAt,
    createdAt,
    attempts: attempts.map((attempt) => representAttempt(attempt, isOwn)),
  };
}

function representAttempt(
  { at, status, error, durationMs, excerpt }: DeliveryAttempt,
  isOwn: boolean,
): object {
  return { at, status, error, durationMs, ...(isOwn ? { excerpt } : {}) };
}
