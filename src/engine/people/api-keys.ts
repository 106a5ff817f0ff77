import type { ApiKey } from '../../domain/api-key.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Manager } from './manager.ts';

/** Whose a new key is. */
export type KeyOwner = { kind: 'user'; userId: string } | { kind: 'team'; teamId: string };

export interface NewApiKey {
  name: string;
  owner: KeyOwner;
  /** Null: never. */
  expiresAt: Date | null;
}

/** A key at the only moment at which its secret is known. */
export interface IssuedKey {
  key: ApiKey;
  /** The whole bearer key, to be shown once and kept nowhere. */
  bearer: string;
}

export interface HandlerKeyRequest {
  orgId: string;
  /** The event handler, by which its keys are found again. */
  handlerId: string;
  name: string;
  workflowId: string;
  /** `WORKFLOW_WRITE`: it may change the workflow and steer its tasks; else it only reads. */
  canWrite: boolean;
  createdBy: Actor;
}

/** The keys of an org. Every change is logged. */
export interface ApiKeys {
  /**
   * A personal key is made by the person themselves, a team's by an admin.
   * @param id of the key, so that a repetition makes no other one
   * @throws PermissionError that says who may; NotFoundError, ValidationError; ConflictError
   *   `secret-shown-once` when there is a key with this id already
   */
  create(by: Manager, orgId: string, request: NewApiKey, id?: string): Promise<IssuedKey>;
  /** For `npm run keys`: whoever holds the database needs nobody's leave. @throws ValidationError */
  createAsOperator(orgId: string, request: NewApiKey): Promise<IssuedKey>;
  /** Their own; an admin's: all but event handlers'; a team key's: its team's. Revoked ones are left out. */
  list(by: Manager, orgId: string): Promise<ApiKey[]>;
  /** Takes effect at once, in every process. @throws NotFoundError for what the caller cannot list */
  revoke(by: Manager, orgId: string, keyId: string): Promise<ApiKey>;
  /** For `npm run keys`. @throws NotFoundError */
  revokeAsOperator(orgId: string, keyId: string): Promise<ApiKey>;
  /** For `npm run keys`: all keys but event handlers'. */
  listAsOperator(orgId: string): Promise<ApiKey[]>;
  /** The token of an event handler for its one workflow. Not logged here: attaching the handler is. */
  issueHandlerKey(request: HandlerKeyRequest): Promise<IssuedKey>;
  /** Ends every token of an event handler at once. */
  revokeHandlerKeys(orgId: string, handlerId: string): Promise<void>;
  /**
   * The key that this bearer key is, if it is in force, and records its use. Takes the same time for a
   * wrong secret and for a key that there is not.
   */
  verify(bearer: string): Promise<ApiKey | null>;
}
