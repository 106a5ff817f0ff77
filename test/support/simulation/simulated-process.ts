import type { Definition } from '../../../src/domain/definition.ts';
import type { EventStore, ExecutionStore } from '../../../src/domain/execution-store.ts';
import type { Workflow } from '../../../src/domain/workflow.ts';
import { FatalError } from '../../../src/errors.ts';
import { createEngineCounters, type EngineCounters } from '../../../src/engine/counters.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { EffectPerformer } from '../../../src/engine/effect-performer.ts';
import { type DefinitionSource, defaultRelayOptions } from '../../../src/engine/engine-deps.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Logger } from '../../../src/logger.ts';
import type { Journal } from './journal.ts';
import { type DatabaseFault, ProcessGate } from './process-gate.ts';
import { ProcessEventStore, ProcessExecutionStore } from './process-stores.ts';
import type { SimulatedSlack } from './simulated-slack.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { Turns } from './turns.ts';

export const leaseMs = 20_000;

/** What all processes of a simulation share. */
export interface Surroundings {
  turns: Turns;
  time: SimulatedTime;
  executions: ExecutionStore;
  events: EventStore;
  journal: Journal;
  slack: SimulatedSlack;
  definitions: DefinitionSource;
  newId: () => string;
  maxParallel: number;
  /** Wrap what each process has of its own, so that a test can plant a fault. */
  wrapEngine: (engine: Engine) => Engine;
  wrapPerformer: (performer: EffectPerformer) => EffectPerformer;
}

/** One running bot: the real engine behind a gate, with a clock of its own. */
export class SimulatedProcess {
  readonly gate: ProcessGate;
  readonly engine: Engine;
  readonly counters: EngineCounters = createEngineCounters();
  readonly databaseFaults: DatabaseFault[] = [];
  #skewMs = 0;
  /** The most that its clock was ever wrong, either way. */
  worstSkewMs = 0;
  isLeaving = false;

  constructor(name: string, around: Surroundings) {
    this.gate = new ProcessGate(name, around.turns);
    const { time, journal } = around;
    const connection = { gate: this.gate, journal, time, faults: this.databaseFaults };
    const engine = createEngine({
      executions: new ProcessExecutionStore(around.executions, connection),
      events: new ProcessEventStore(around.events, connection),
      definitions: around.definitions,
      performer: around.wrapPerformer(around.slack.performer(this.gate)),
      clock: time.clock(() => this.skewMs),
      timers: time.timers(() => this.gate.isAlive),
      newId: around.newId,
      lease: { holder: name, leaseMs },
      counters: this.counters,
      logger: silentLogger,
      relay: { ...defaultRelayOptions, maxParallel: around.maxParallel },
    });
    this.engine = around.wrapEngine(engine);
  }

  /** How far its clock is ahead of the true time. */
  get skewMs(): number {
    return this.#skewMs;
  }

  set skewMs(skewMs: number) {
    this.#skewMs = skewMs;
    this.worstSkewMs = Math.max(this.worstSkewMs, Math.abs(skewMs));
  }

  get isAlive(): boolean {
    return this.gate.isAlive;
  }

  /** True when it ended without a word. */
  get wasKilled(): boolean {
    return !this.isAlive && !this.isLeaving;
  }

  /** Ends in order, as after a SIGTERM: finishes what it has begun and gives its leases back. */
  leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    void this.engine.drain(10_000).then(() => this.gate.kill());
  }
}

/** Workflows and their revisions; nothing here is slow or fails. */
export class SimulatedWorkflows implements DefinitionSource {
  readonly #byId = new Map<string, Workflow>();
  readonly #revisions = new Map<string, Definition>();

  /** Makes the definition the newest revision of its workflow. */
  publish(definition: Definition, now: Date): void {
    const { workflowId, orgId, name, revision, revisionId, inputsSchema } = definition;
    this.#revisions.set(revisionId, definition);
    this.#byId.set(workflowId, {
      id: workflowId,
      orgId,
      teamId: null,
      name,
      slug: workflowId,
      description: '',
      status: 'ACTIVE',
      revision,
      revisionId,
      inputsSchema,
      createdBy: { kind: 'system' },
      createdAt: now,
      updatedAt: now,
    });
  }

  async findWorkflow(orgId: string, workflowId: string): Promise<Workflow | null> {
    const workflow = this.#byId.get(workflowId);
    return workflow?.orgId === orgId ? workflow : null;
  }

  forgetWorkflow(): void {}

  async loadDefinition(revisionId: string): Promise<Definition> {
    return this.definition(revisionId);
  }

  /** The newest revision of a workflow. */
  newest(workflowId: string): Definition {
    return this.definition(this.#byId.get(workflowId)?.revisionId ?? '');
  }

  definition(revisionId: string): Definition {
    const definition = this.#revisions.get(revisionId);
    if (definition === undefined) throw new FatalError(`Revision ${revisionId} was never published.`);
    return definition;
  }
}

const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
