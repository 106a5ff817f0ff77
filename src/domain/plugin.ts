import type { Actor } from './actor.ts';
import type { OutboundEventType } from './outbound-event-type.ts';

/** What a handler's own token may do with its workflow: read it, or also change and steer it. */
export const pluginScopes = ['WORKFLOW_READ', 'WORKFLOW_WRITE'] as const;
export type PluginScope = (typeof pluginScopes)[number];

/** The one kind of plugin that there is. */
export const pluginType = 'WORKFLOW_EVENT_HANDLER';

/** A signing secret as it is kept: encrypted. */
export interface SealedSecret {
  sealed: string;
  /** Until when it signs; null for the one that is in force. */
  expiresAt: Date | null;
}

/** A receiver that an org has registered. It belongs to that org, and others may use it when it is public. */
export interface Plugin {
  id: string;
  orgId: string;
  name: string;
  description: string;
  type: typeof pluginType;
  /** What handlers may subscribe to. */
  events: OutboundEventType[];
  /** What handlers may be allowed. */
  scopes: PluginScope[];
  tags: string[];
  /** Other orgs see it and may attach it. */
  isPublic: boolean;
  webhookUrl: string;
  /** When the receiver proved that it is its owner's; null: not since the address was last changed. */
  verifiedAt: Date | null;
  /** Newest first: the one in force, and after a rotation the one before it, for a while. */
  secrets: SealedSecret[];
  /** Rises by one with each change. */
  revision: number;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
}

/** The secrets that sign at this moment, newest first: at most two, so that a receiver can change over. */
export function secretsInForce(secrets: readonly SealedSecret[], now: Date): SealedSecret[] {
  return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).slice(0, 2);
}
