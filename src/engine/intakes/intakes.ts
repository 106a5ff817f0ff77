import type { JsonValue } from '../../domain/json.ts';
import type { TriggerOf } from '../../domain/trigger.ts';
import type { WorkItem } from '../../domain/work-item.ts';
import type { WorkReport } from '../../domain/work-report.ts';
import type { Manager } from '../people/manager.ts';

export type Intake = TriggerOf<'intake'>;

/** An intake as it is made. */
export interface NewIntake {
  /** Default: a name of its own. */
  name?: string | undefined;
  settings: Intake['settings'];
}

/** What of an intake is to be changed; the rest stays. */
export interface IntakeChanges {
  name?: string | undefined;
  enabled?: boolean | undefined;
  inputsTemplate?: Intake['settings']['inputsTemplate'] | undefined;
  outputTemplate?: Intake['settings']['outputTemplate'] | undefined;
}

/** What was sent to an intake. */
export interface SentWork {
  intakeId: string;
  /** The whole body, with what is for the intake itself. */
  body: JsonValue;
  /** It came as a form: its values are texts, whatever is meant. */
  isForm: boolean;
  /** The same key finds the same work item; null: each request is one of its own. */
  rowKey: string | null;
  callbackUrl: string | null;
}

/** Addresses to which programs send work: each accepted request becomes one task. */
export interface Intakes {
  /**
   * Makes an intake, with the secret of its callbacks, which is shown once; null when there is no key to keep it with.
   * @param id so that a repetition finds what was made before. Default: a new one
   * @throws as `Triggers.create`; ConflictError `secret-shown-once` when it was made before
   */
  create(
    by: Manager,
    workflowId: string,
    input: NewIntake,
    id?: string,
  ): Promise<{ intake: Intake; secret: string | null }>;
  /** @throws NotFoundError for a trigger that is no intake; as `Triggers.get` */
  get(by: Manager, workflowId: string, intakeId: string): Promise<Intake>;
  /** For somebody who may change it. @throws PermissionError; as `get` */
  forChange(by: Manager, workflowId: string, intakeId: string): Promise<Intake>;
  /** @throws as `Triggers.change` */
  change(by: Manager, workflowId: string, intakeId: string, changes: IntakeChanges): Promise<Intake>;
  delete(by: Manager, workflowId: string, intakeId: string): Promise<void>;
  /** A new secret, shown once; the one before it goes on signing for `overlapMs`. */
  rotateSecret(by: Manager, workflowId: string, intakeId: string, overlapMs: number): Promise<string>;
  /**
   * Takes work in: when this resolves it is stored durably, and its task is started, or will be.
   * @throws NotFoundError outside the caller's teams; ConflictError when the intake is switched off, the workflow does
   *   not start tasks, or the key was sent with something else; ValidationError with the paths that are wrong
   */
  accept(by: Manager, sent: SentWork): Promise<WorkItem>;
  /** How far it has come. @throws NotFoundError */
  read(by: Manager, intakeId: string, workId: string): Promise<WorkReport>;
  /** Starts what is not started yet, and sees to the callbacks of what a process left behind. @returns how many */
  sweep(limit: { maxMs: number }): Promise<number>;
}
