import type { Access } from '../../domain/access.ts';
import type { Person } from '../../domain/actor.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Engine } from '../engine.ts';
import type { Tasks } from '../tasks.ts';
import type { Workflows } from '../workflows/workflows.ts';

/** What the surfaces work with. */
export interface Services {
  engine: Engine;
  workflows: Workflows;
  tasks: Tasks;
}

/** For whom the services are restricted. */
export interface Restriction {
  access: Access;
  /** The key that they came with, to know again what it has started; null for people in Slack. */
  keyId: string | null;
  /**
   * The person, with what is needed to tell whether they are among the recipients; null for keys that are
   * no person's.
   */
  identify(recipients: readonly string[]): Promise<Person | null>;
}

/** The services as one caller may use them. */
export interface RestrictedServices extends Services {
  /** True for whoever may cancel, retry or reroute the task: who started it, and who may change its workflow. */
  maySteer(task: ExecutionState): Promise<boolean>;
}

export type Restrict = (restriction: Restriction) => RestrictedServices;
