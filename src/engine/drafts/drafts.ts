import type { WorkflowDraft } from '../../domain/workflow-draft.ts';
import type { Actor } from '../../domain/actor.ts';

export interface DraftRequest {
  /** The same id is one request, however often it is made. */
  id: string;
  orgId: string;
  userId: string;
  requestedBy: Actor;
  channelId: string | null;
  text: string;
}

/** Workflows that a model drafts from people's words. */
export interface Drafts {
  /** Why no model can be asked now, for people; null when one can. */
  unavailable(): string | null;
  /** Stores the request: from now on it is worked on, by whatever process. @throws ValidationError for a text that is too long */
  request(request: DraftRequest): Promise<WorkflowDraft>;
  /** @throws NotFoundError */
  find(orgId: string, draftId: string): Promise<WorkflowDraft>;
  /**
   * Works on one request that is due: asks the model, where it was not asked yet, and has the person told.
   *
   * @param tell what sends the person what has come of it; when it throws, it is tried again later
   * @returns false when none is due
   */
  work(tell: (draft: WorkflowDraft) => Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** Has this called whenever this process has taken a request. */
  onRequest(wake: () => void): void;
  markSaved(draft: WorkflowDraft, workflowId: string): Promise<void>;
}
