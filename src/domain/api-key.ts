import type { Actor } from './actor.ts';

/** A person's, a team's, or that of an event handler for its one workflow. */
export type ApiKeyKind = 'user' | 'team' | 'handler';

/** A key as it is kept and shown. Its secret is nowhere. */
export interface ApiKey {
  id: string;
  orgId: string;
  kind: ApiKeyKind;
  name: string;
  /** Slack user id, of a personal key. */
  userId: string | null;
  /** Of a team's key. */
  teamId: string | null;
  /** Of an event handler's token: which handler, the one workflow that it may touch, and whether it may change it. */
  handler: { handlerId: string; workflowId: string; canWrite: boolean } | null;
  createdBy: Actor;
  createdAt: Date;
  /** Null: never. */
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the minute; null when it never was. */
  lastUsedAt: Date | null;
}

/** The parts of a bearer key, `<kind>-<id>.<secret>`. */
export interface BearerKey {
  kind: ApiKeyKind;
  id: string;
  secret: string;
}

const bearerPattern = /^(user|team|handler)-([0-9a-f]{24})\.([A-Za-z0-9_-]{43,86})$/;

/** @returns null for what has not the form of a key */
export function parseBearerKey(bearer: string): BearerKey | null {
  const [, kind, id, secret] = bearerPattern.exec(bearer) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { kind: kind as ApiKeyKind, id, secret };
}

export function formatBearerKey({ kind, id, secret }: BearerKey): string {
  return `${kind}-${id}.${secret}`;
}

/** False once it was revoked or has expired. */
export function isKeyInForce({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}
