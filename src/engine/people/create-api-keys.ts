import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKeyStore } from '../../../models/api-key-store.ts';
import type { TeamStore } from '../../../models/team-store.ts';
import type { Clock } from '../../clock.ts';
import { isAdmin } from '../../domain/access.ts';
import { type Actor, systemActor } from '../../domain/actor.ts';
import { type ApiKey, formatBearerKey, isKeyInForce, parseBearerKey } from '../../domain/api-key.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import { NotFoundError, PermissionError, ValidationError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { ApiKeys, HandlerKeyRequest, IssuedKey, NewApiKey } from './api-keys.ts';
import { type Manager, requireAdmin, requireMember, requireOrg } from './manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import { secretShownOnce } from './secret-shown-once.ts';

export interface ApiKeysDeps {
  store: ApiKeyStore;
  teams: Pick<TeamStore, 'find'>;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
  /** A new secret of at least 256 random bits, in base64url. */
  newSecret: () => string;
  logger: Logger;
}

const maxNameLength = 100;
/** A use is recorded at most once in this time. */
const recordUseEveryMs = 60_000;
/** What a secret is compared with when there is no such key. No secret has this hash. */
const noHash = Buffer.alloc(32);

/** The keys of the orgs over the store. */
export function createApiKeys(deps: ApiKeysDeps): ApiKeys {
  return new StoreApiKeys(deps);
}

class StoreApiKeys implements ApiKeys {
  readonly #deps: ApiKeysDeps;

  constructor(deps: ApiKeysDeps) {
    this.#deps = deps;
  }

  async create(by: Manager, orgId: string, request: NewApiKey, id?: string): Promise<IssuedKey> {
    requireOrg(by, orgId);
    requireMember(by);
    const { owner } = request;
    if (owner.kind === 'team') requireAdmin(by);
    else if (by.access.userId !== owner.userId) {
      throw new PermissionError(
        'A personal key is made only by the person themselves: in Slack with "/workflow keys", or with another personal key.',
      );
    }
    const isMade = id !== undefined && (await this.#deps.store.find(orgId, id)) !== null;
    if (isMade) throw secretShownOnce();
    return this.#create(orgId, request, by.actor, id ?? this.#deps.newId());
  }

  createAsOperator(orgId: string, request: NewApiKey): Promise<IssuedKey> {
    return this.#create(orgId, request, systemActor, this.#deps.newId());
  }

  async list({ access }: Manager, orgId: string): Promise<ApiKey[]> {
    requireOrg({ access }, orgId);
    requireMember({ access });
    const { userId, teamIds } = access;
    if (isAdmin(access)) return this.listAsOperator(orgId);
    return this.#deps.store.list(userId === null ? { orgId, teamIds } : { orgId, userId });
  }

  listAsOperator(orgId: string): Promise<ApiKey[]> {
    return this.#deps.store.list({ orgId });
  }

  async revoke(by: Manager, orgId: string, keyId: string): Promise<ApiKey> {
    requireOrg(by, orgId);
    requireMember(by);
    const key = await this.#deps.store.find(orgId, keyId);
    if (key === null || !canSee(by, key)) throw noSuchKey();
    if (key.kind === 'team') requireAdmin(by);
    return this.#revoke(orgId, keyId, by.actor);
  }

  revokeAsOperator(orgId: string, keyId: string): Promise<ApiKey> {
    return this.#revoke(orgId, keyId, systemActor);
  }

  async issueHandlerKey(request: HandlerKeyRequest): Promise<IssuedKey> {
    const { orgId, handlerId, name, workflowId, canWrite, createdBy } = request;
    const handler = { handlerId, workflowId, canWrite };
    return this.#issue({
      id: this.#deps.newId(),
      orgId,
      kind: 'handler',
      name,
      userId: null,
      teamId: null,
      handler,
      createdBy,
      createdAt: this.#deps.clock.now(),
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
  }

  async revokeHandlerKeys(orgId: string, handlerId: string): Promise<void> {
    await this.#deps.store.revokeAllOf(orgId, { handlerId }, this.#deps.clock.now());
  }

  async verify(bearer: string): Promise<ApiKey | null> {
    const parsed = parseBearerKey(bearer);
    if (parsed === null) return null;
    const found = await this.#deps.store.findForCheck(parsed.id);
    const expected = found === null ? noHash : Buffer.from(found.secretHash, 'hex');
    const isRight = timingSafeEqual(hash(parsed.secret), expected);
    if (!isRight || found === null || found.key.kind !== parsed.kind) return null;
    const now = this.#deps.clock.now();
    if (!isKeyInForce(found.key, now)) return null;
    await this.#recordUse(found.key, now);
    return found.key;
  }

  async #create(
    orgId: string,
    { name, owner, expiresAt }: NewApiKey,
    actor: Actor,
    id: string,
  ): Promise<IssuedKey> {
    const now = this.#deps.clock.now();
    if (expiresAt !== null && expiresAt <= now) refuse('expiresAt', 'must be in the future');
    if (owner.kind === 'team' && (await this.#deps.teams.find(orgId, owner.teamId)) === null) {
      refuse('teamId', 'is not a team of this org');
    }
    const issued = await this.#issue({
      id,
      orgId,
      kind: owner.kind,
      name: requireName(name),
      userId: owner.kind === 'user' ? owner.userId : null,
      teamId: owner.kind === 'team' ? owner.teamId : null,
      handler: null,
      createdBy: actor,
      createdAt: now,
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    });
    await this.#note('API_KEY_CREATED', issued.key, actor);
    return issued;
  }

  async #issue(key: ApiKey): Promise<IssuedKey> {
    const secret = this.#deps.newSecret();
    await this.#deps.store.insert(key, hash(secret).toString('hex'));
    return { key, bearer: formatBearerKey({ kind: key.kind, id: key.id, secret }) };
  }

  async #revoke(orgId: string, keyId: string, actor: Actor): Promise<ApiKey> {
    const revoked = await this.#deps.store.revoke(orgId, keyId, this.#deps.clock.now());
    if (revoked === null) throw noSuchKey();
    await this.#note('API_KEY_REVOKED', revoked, actor);
    return revoked;
  }

  /** A use that cannot be recorded hinders nobody. */
  async #recordUse({ id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    const notSince = new Date(now.getTime() - recordUseEveryMs);
    if (lastUsedAt !== null && lastUsedAt >= notSince) return;
    try {
      await this.#deps.store.recordUse(id, now, notSince);
    } catch (error) {
      this.#deps.logger.warn({ keyId: id, detail: errorMessage(error) }, 'the use of a key was not recorded');
    }
  }

  #note(type: OrgEventType, key: ApiKey, actor: Actor): Promise<void> {
    const { id, orgId, name, kind, userId, teamId, expiresAt } = key;
    const subject = { kind: 'api-key', id, name };
    const data = { kind, userId, teamId, expiresAt: expiresAt?.toISOString() ?? null };
    return this.#deps.note({ orgId, type, workflowId: null, actor, subject, data });
  }
}

function canSee({ access }: Manager, { kind, userId, teamId, revokedAt }: ApiKey): boolean {
  if (kind === 'handler' || revokedAt !== null) return false;
  if (isAdmin(access)) return true;
  if (access.userId !== null) return userId === access.userId;
  return teamId !== null && access.teamIds.includes(teamId);
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function requireName(text: string): string {
  const name = text.trim();
  if (name.length > 0 && name.length <= maxNameLength) return name;
  return refuse('name', `must have 1 to ${maxNameLength} characters`);
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`${path} ${message}.`, [{ path, message }]);
}

function noSuchKey(): NotFoundError {
  return new NotFoundError('There is no such key.');
}
