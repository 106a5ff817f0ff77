import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Definition } from '../../../src/domain/definition.ts';
import type { EventStore, ExecutionStore } from '../../../src/domain/execution-store.ts';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import { NotFoundError, RetryableError } from '../../../src/errors.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import type { EffectPerformer } from '../../../src/engine/effect-performer.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { startTime } from '../builders.ts';
import { Journal } from './journal.ts';
import { MemoryEventStore } from './memory-event-store.ts';
import { MemoryExecutionStore } from './memory-execution-store.ts';
import { type Operation, type Request, renamed } from './operation.ts';
import { DatabaseGone } from './process-gate.ts';
import { SimulatedProcess, SimulatedWorkflows, type Surroundings, leaseMs } from './simulated-process.ts';
import { SimulatedSlack } from './simulated-slack.ts';
import { SimulatedTime } from './simulated-time.ts';
import type { Turns } from './turns.ts';

export interface WorldOptions {
  turns: Turns;
  /** The first revision of each workflow. */
  definitions: readonly Definition[];
  /** What each workflow becomes when it is edited. Default: none of them ever is. */
  nextRevisions?: readonly Definition[];
  /** How many executions a process works on at once. */
  maxParallel: number;
  /** Faults to plant, to see that they are found. */
  plant?: Plant;
}

export interface Plant {
  executions?: (store: ExecutionStore) => ExecutionStore;
  events?: (store: EventStore) => EventStore;
  engine?: (engine: Engine) => Engine;
  performer?: (performer: EffectPerformer) => EffectPerformer;
}

const maxProcesses = 3;
const maxRounds = 200;
/** Far more than any history takes before it needs time to pass. */
const maxTurns = 20_000;

/** Processes with the real engine, and everything around them simulated. */
export class World {
  readonly time = new SimulatedTime(startTime);
  readonly store = new MemoryExecutionStore();
  readonly log = new MemoryEventStore();
  readonly journal = new Journal();
  readonly slack = new SimulatedSlack();
  readonly workflows = new SimulatedWorkflows();
  readonly operations: Operation[] = [];
  readonly processes: SimulatedProcess[] = [];
  readonly #nextRevisions: readonly Definition[];
  readonly #turns: Turns;
  readonly #around: Surroundings;
  #nextId = 0;
  /** Sweeps and readings that nobody has had an answer to yet. */
  #unanswered = new Map<Promise<unknown>, SimulatedProcess>();

  constructor({ turns, definitions, nextRevisions = [], maxParallel, plant = {} }: WorldOptions) {
    this.#turns = turns;
    this.#nextRevisions = nextRevisions;
    for (const definition of definitions) this.workflows.publish(definition, this.time.now());
    this.#around = {
      turns,
      time: this.time,
      executions: plant.executions?.(this.store) ?? this.store,
      events: plant.events?.(this.log) ?? this.log,
      journal: this.journal,
      slack: this.slack,
      definitions: this.workflows,
      newId: () => this.#makeId(),
      maxParallel,
      wrapEngine: plant.engine ?? ((engine) => engine),
      wrapPerformer: plant.performer ?? ((performer) => performer),
    };
    this.begin();
    this.begin();
  }

  /** The processes that take requests. */
  living(): SimulatedProcess[] {
    return this.processes.filter(({ isAlive, isLeaving }) => isAlive && !isLeaving);
  }

  /** Another process starts, unless there are enough. */
  begin(): void {
    if (this.living().length >= maxProcesses) return;
    this.processes.push(new SimulatedProcess(`P${this.processes.length}`, this.#around));
  }

  /** Somebody edits a workflow, which happens to each once: what runs goes on as it was. */
  edit(at: number): void {
    const next = this.#nextRevisions[at];
    if (next !== undefined) this.workflows.publish(next, this.time.now());
  }

  records(): ExecutionRecord[] {
    return this.store.peek();
  }

  /** Sends a request to a process; somebody gets the answer later, or never. */
  send(process: SimulatedProcess, request: Request): void {
    const token = `op-${this.operations.length}`;
    const operation: Operation = {
      token,
      request: renamed(request, token),
      process,
      answer: { kind: 'none' },
    };
    this.operations.push(operation);
    const answered = run(process.engine, operation.request).then(
      (state) => {
        operation.answer = { kind: 'accepted', state };
      },
      (error: Error) => {
        const isNo = [Refusal, NotFoundError, RetryableError].some((no) => error instanceof no);
        operation.answer = { kind: isNo ? 'refused' : 'failed', error };
        if (!isNo && !(error instanceof DatabaseGone))
          this.journal.violations.push(`${token} failed, and not because of the database: ${error.message}`);
      },
    );
    this.#track(process, answered);
  }

  sweep(process: SimulatedProcess): void {
    this.#track(
      process,
      // The database may fail it; the next sweep comes in any case.
      process.engine.sweep({ maxMs: Number.POSITIVE_INFINITY }).catch(() => {}),
    );
  }

  /** Somebody reads the log: it must be whole, and hold whatever was acknowledged before. */
  readLog(process: SimulatedProcess, { state }: ExecutionRecord): void {
    const acknowledged = Math.max(
      0,
      ...this.operations.map(({ answer }) =>
        answer.kind === 'accepted' && answer.state.id === state.id ? answer.state.lastEventSeq : 0,
      ),
    );
    const reading = process.engine.readLog(state.orgId, state.id).then(
      (log) => {
        const isWhole = log.every(({ seq }, index) => seq === index + 1);
        if (isWhole && log.length >= acknowledged) return;
        const seqs = log.map(({ seq }) => seq).join(',');
        this.journal.violations.push(`a reader saw ${seqs} of the log; ${acknowledged} events were there`);
      },
      () => {},
    );
    this.#track(process, reading);
  }

  /**
   * Lets that many calls or answers pass, in whatever order the turns come.
   * @throws when there is no end of them
   */
  async turn(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      await nextTurn();
      if (this.#turns.count() === 0) return;
      if (step >= maxTurns) throw new Error(`it never comes to rest: ${this.#describeUnfinished()}`);
      await this.#turns.waitNext(1);
    }
  }

  /** No new faults; time passes until nothing is left to do. @throws when something waits for ever */
  async settle(): Promise<void> {
    this.slack.faults.length = 0;
    for (const process of this.processes) {
      process.databaseFaults.length = 0;
      process.skewMs = 0;
    }
    if (this.living().length === 0) this.begin();
    for (let round = 0; round < maxRounds; round += 1) {
      await this.turn(Number.POSITIVE_INFINITY);
      const wait = this.#untilNextWork();
      if (wait === null) return;
      this.time.advance(wait);
      for (const process of this.living()) this.sweep(process);
    }
    throw new Error(`something waits for ever: ${this.#describeUnfinished()}`);
  }

  /** How long until something may be done that should be; null when there is nothing left. */
  #untilNextWork(): number | null {
    const now = this.time.now().getTime();
    const timerAt = this.time.nextTimerAt();
    if (timerAt !== null) return Math.max(0, timerAt.getTime() - now);
    const unfinished = this.records().filter((record) => isUnfinished(record, this.time.now()));
    if (unfinished.length === 0 && !this.#isAwaited()) return null;
    if (unfinished.length === 0) return leaseMs;
    const dueMs = unfinished.map(({ delivery }) => delivery.dueAt?.getTime() ?? now + leaseMs);
    return Math.max(0, Math.min(...dueMs) - now);
  }

  #isAwaited(): boolean {
    return [...this.#unanswered.values()].some(({ isAlive }) => isAlive);
  }

  #track(process: SimulatedProcess, work: Promise<unknown>): void {
    this.#unanswered.set(work, process);
    void work.finally(() => this.#unanswered.delete(work));
  }

  #describeUnfinished(): string {
    const unfinished = this.records().filter((record) => isUnfinished(record, this.time.now()));
    return JSON.stringify({
      now: this.time.now(),
      awaited: this.#isAwaited(),
      unfinished: unfinished.map(({ state, delivery }) => ({ id: state.id, v: state.v, ...delivery })),
    });
  }

  #makeId(): string {
    this.#nextId += 1;
    return this.#nextId.toString(16).padStart(24, '0');
  }
}

/** Something is in the outbox, held, or due. */
function isUnfinished({ delivery }: ExecutionRecord, now: Date): boolean {
  const { outbox, lease, dueAt } = delivery;
  if (outbox.events.length > 0 || outbox.effects.length > 0 || !lease.released) return true;
  return dueAt !== null && dueAt <= now;
}

function run(engine: Engine, request: Request): ReturnType<Engine['start']> {
  if (request.kind === 'start') return engine.start(request.start);
  return engine.execute(request.orgId, request.executionId, request.command);
}
