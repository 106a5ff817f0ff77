import type { Trigger, TriggerInput, TriggerKind } from '../../domain/trigger.ts';
import type { TriggerLogEntry } from '../../domain/trigger-log.ts';
import type { Manager } from '../people/manager.ts';

/** What of a trigger is to be changed; the rest stays. `settings` are replaced field by field. */
export interface TriggerChanges {
  name?: string;
  enabled?: boolean;
  settings?: Record<string, unknown>;
}

/** A page of a log. */
export interface TriggerLogPage {
  limit: number;
  /** The last entry of the page before. */
  after?: Pick<TriggerLogEntry, 'at' | 'id'> | undefined;
}

/**
 * The triggers of a workflow. Whoever sees the workflow sees them, whoever may change it may change them. Every change
 * is logged among the org's events.
 */
export interface Triggers {
  /** By name. @throws NotFoundError when they may not see the workflow; so does every call here */
  list(by: Manager, workflowId: string): Promise<Trigger[]>;
  get(by: Manager, workflowId: string, triggerId: string): Promise<Trigger>;
  /**
   * @param id so that a repetition finds what was made before. Default: a new one
   * @throws ValidationError with the paths that are wrong; ConflictError when the name is taken; PermissionError
   */
  create(by: Manager, workflowId: string, input: TriggerInput, id?: string): Promise<Trigger>;
  /** @throws as `create` */
  change(by: Manager, workflowId: string, triggerId: string, changes: TriggerChanges): Promise<Trigger>;
  delete(by: Manager, workflowId: string, triggerId: string): Promise<void>;
  /** Newest first. */
  log(by: Manager, workflowId: string, triggerId: string, page: TriggerLogPage): Promise<TriggerLogEntry[]>;
}

/** The triggers as those read them who act on what comes from outside. */
export interface TriggerSource {
  /** Those of the org that are switched on, of these kinds; as they were at most some seconds ago. */
  listEnabled(orgId: string, kinds: readonly TriggerKind[]): Promise<Trigger[]>;
  /** By name, switched on or off. */
  listOfWorkflow(orgId: string, workflowId: string): Promise<Trigger[]>;
  /** As it is stored now, in whatever org; null when there is none. */
  find(triggerId: string): Promise<Trigger | null>;
}

/** Who wants to know that a trigger was made, changed or deleted in this process. */
export type TriggerListener = (change: {
  orgId: string;
  workflowId: string;
  triggerId: string;
  /** Null: it was deleted. */
  trigger: Trigger | null;
}) => void | Promise<void>;
