import type { WorkItem } from '../../domain/work-item.ts';

/** Tells whoever sent work to an intake how it ended, at the address that they named. */
export interface Callbacks {
  /** @returns the address in its normal form @throws ValidationError for `callback_url`, ConflictError without a secret */
  check(intakeId: string, callbackUrl: string): Promise<string>;
  /**
   * Notes the callback durably when the work has ended, and does nothing when it has not. Safe to repeat: the
   * same end is told once.
   */
  offer(item: WorkItem): Promise<void>;
  /**
   * The secret of a new intake, to be shown once. Null when it has one: whoever else makes it at this moment shows it.
   * @throws as `rotateSecret`
   */
  firstSecret(intake: { id: string; orgId: string }): Promise<string | null>;
  /**
   * A new secret, to be shown once; the one before it goes on signing for `overlapMs`.
   * @throws AppError when there is no key to keep secrets with
   */
  rotateSecret(intake: { id: string; orgId: string }, overlapMs: number): Promise<string>;
  /** False when there is no key to keep secrets with. */
  canKeepSecrets: boolean;
  /** The intake was deleted: its secret and what waits to be sent go with it. */
  forget(intakeId: string): Promise<void>;
}
