import type { Clock } from '../clock.ts';
import type { Definition } from '../domain/definition.ts';
import type { EventStore, ExecutionStore } from '../domain/execution-store.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut } from '../domain/outbound-event.ts';
import type { Workflow } from '../domain/workflow.ts';
import type { ReachFailpoint } from '../failpoints.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';
import type { EngineCounters } from './counters.ts';
import type { EffectPerformer } from './effect-performer.ts';
import type { EngineMeter } from './engine-meter.ts';
import type { LeaseTerms } from './lease.ts';

/** Where the engine finds what an execution is started from and pinned to. */
export interface DefinitionSource {
  /** As it was at most a second ago. @returns null when the org has no such workflow */
  findWorkflow(orgId: string, workflowId: string): Promise<Workflow | null>;
  /** To be called when this process has changed the workflow. */
  forgetWorkflow(workflowId: string): void;
  /** Revisions never change, so they may be cached. @throws FatalError when the revision is not stored */
  loadDefinition(revisionId: string): Promise<Definition>;
}

export interface EngineDeps {
  executions: ExecutionStore;
  events: EventStore;
  definitions: DefinitionSource;
  performer: EffectPerformer;
  clock: Clock;
  timers: Timers;
  newId: IdSource;
  lease: LeaseTerms;
  counters: EngineCounters;
  /** Counts commands. Absent: nobody does. */
  meter?: EngineMeter;
  logger: Logger;
  relay: RelayOptions;
  /** Tells receivers outside what has happened. Absent: there are none. */
  fanOut?: EventFanOut;
  /** True for orgs whose due work is put aside: nothing can be done for them. Absent: for none. */
  isParked?: (orgId: string) => Promise<boolean>;
  /** Where fault tests let the process die. Absent: nowhere. */
  failpoint?: ReachFailpoint;
}

export interface RelayOptions {
  /** How many executions are worked on at once. Default 32. */
  maxParallel: number;
  /** How long events wait in the outbox for more of their kind before they are moved, in milliseconds. Default 200. */
  lingerMs: number;
  /** An effect that still fails after this time is given up, in milliseconds. Default three days. */
  giveUpAfterMs: number;
}

export const defaultRelayOptions: RelayOptions = {
  maxParallel: 32,
  lingerMs: 200,
  giveUpAfterMs: 3 * 86_400_000,
};
