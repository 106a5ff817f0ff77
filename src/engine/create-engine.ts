import type { ExecutionRecord } from '../domain/execution-record.ts';
import type { ExecutionEvent } from '../domain/event.ts';
import type { ExecutionState } from '../domain/execution.ts';
import { Refusal } from '../domain/refusal.ts';
import { AppError, NotFoundError, RetryableError } from '../errors.ts';
import { pause } from '../timers.ts';
import type { Transition } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { countCommand } from './engine-meter.ts';
import type { Engine, ExecutionCommand, ReadExecution, StartRequest } from './engine.ts';
import { renewLease } from './lease.ts';
import { LiveExecutions } from './live-executions.ts';
import { Relay } from './relay.ts';
import { requireActive, requireInputs } from './workflows/require-startable.ts';
import { sweepDue } from './sweep.ts';
import { transition } from './transition.ts';

/** How many executions a process remembers, so that a click on one of them need not read it. */
const liveCapacity = 5_000;
/** How often an operation decides anew after somebody else was faster. */
const maxAttempts = 20;

/** The engine over a store and a clock. Nothing in it polls: something must call `sweep`. */
export function createEngine(deps: EngineDeps): Engine {
  return new StoreEngine(deps);
}

class StoreEngine implements Engine {
  readonly #deps: EngineDeps;
  readonly #live: LiveExecutions;
  readonly #relay: Relay;
  #isDraining = false;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#live = new LiveExecutions(deps.lease, liveCapacity);
    this.#relay = new Relay(deps, this.#live, async ({ state }, effect, recipient, reason) => {
      if (!('stepIndex' in effect)) return;
      const { stepIndex } = effect;
      await this.execute(state.orgId, state.id, {
        type: 'report-undeliverable',
        stepIndex,
        recipient,
        reason,
      });
    });
  }

  start(request: StartRequest): Promise<ExecutionState> {
    return countCommand(this.#deps.meter, 'start', () => this.#startOnce(request));
  }

  execute(orgId: string, executionId: string, command: ExecutionCommand): Promise<ExecutionState> {
    return countCommand(this.#deps.meter, command.type, () => this.#execute(orgId, executionId, command));
  }

  async #startOnce(request: StartRequest): Promise<ExecutionState> {
    this.#requireNotDraining();
    try {
      return await this.#startNew(request);
    } catch (error) {
      // What was started once is found again, also when it could not be started any more.
      if (!(error instanceof AppError) || request.startKey === null) throw error;
      const earlier = await this.#deps.executions.findStarted(request.orgId, request.startKey);
      if (earlier === null) throw error;
      return earlier.state;
    }
  }

  async #startNew(request: StartRequest): Promise<ExecutionState> {
    const { definitions, clock, newId, executions, counters } = this.#deps;
    const workflow = await definitions.findWorkflow(request.orgId, request.workflowId);
    if (workflow === null) throw new NotFoundError('There is no such workflow.');
    requireActive(workflow);
    const definition = await definitions.loadDefinition(workflow.revisionId);
    const inputs = requireInputs(request.inputs, definition.inputsSchema);
    const { startedBy, origin, startKey } = request;
    const now = clock.now();
    const command = { type: 'start', executionId: newId(), inputs, startedBy, origin } as const;
    const record = this.#newRecord(transition(definition, null, command, now), startKey, now);
    this.#deps.failpoint?.('before-write');
    const result = await executions.insert(record);
    if (!result.inserted) return result.existing.state;
    this.#deps.failpoint?.('after-write-before-answer');
    counters.transitions += 1;
    this.#live.take(record, false);
    this.#relay.kick(record.state.id);
    return record.state;
  }

  async #execute(orgId: string, executionId: string, command: ExecutionCommand): Promise<ExecutionState> {
    this.#requireNotDraining();
    return this.#live.withLock(executionId, async () => {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const known = attempt === 1 ? this.#live.get(executionId) : undefined;
        const done = await this.#tryToExecute(orgId, executionId, command, known);
        if (done !== null) return done;
      }
      throw new RetryableError('This task is changing too quickly right now. Please try again.', {
        retryAfterMs: 1_000,
      });
    });
  }

  async read(
    orgId: string,
    executionId: string,
    freshness: 'stored' | 'known' = 'stored',
  ): Promise<ReadExecution> {
    const known = freshness === 'known' ? this.#live.get(executionId) : undefined;
    const record = known ?? (await this.#deps.executions.load(executionId));
    if (record === null || record.state.orgId !== orgId) throw new NotFoundError('There is no such task.');
    return { ...record, definition: await this.#deps.definitions.loadDefinition(record.state.revisionId) };
  }

  async readLog(orgId: string, executionId: string): Promise<ExecutionEvent[]> {
    // The record first: an event that the relay moves in between is then found in both places, not in neither.
    const { delivery } = await this.read(orgId, executionId);
    const moved = await this.#deps.events.list(executionId);
    const lastMoved = moved.at(-1)?.seq ?? 0;
    return [...moved, ...delivery.outbox.events.filter((event) => event.seq > lastMoved)];
  }

  async sweep({ maxMs }: { maxMs: number }): Promise<number> {
    const execute = this.execute.bind(this);
    const isStopped = (): boolean => this.#isDraining;
    return sweepDue({ deps: this.#deps, live: this.#live, relay: this.#relay, execute, isStopped }, maxMs);
  }

  async idle(): Promise<void> {
    await this.#relay.idle();
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    await Promise.race([this.#relay.drain(), pause(this.#deps.timers, timeoutMs)]);
  }

  /** @returns null when it was decided on a copy that is no longer true */
  async #tryToExecute(
    orgId: string,
    executionId: string,
    command: ExecutionCommand,
    known: ExecutionRecord | undefined,
  ): Promise<ExecutionState | null> {
    const { definitions, clock, counters } = this.#deps;
    const before = known ?? (await this.#load(executionId));
    if (before === null || before.state.orgId !== orgId) throw new NotFoundError('There is no such task.');
    const definition = await definitions.loadDefinition(before.state.revisionId);
    let result: Transition;
    try {
      result = transition(definition, before.state, command, clock.now());
    } catch (error) {
      // Somebody is told "no" only from what the database says now.
      if (error instanceof Refusal && known !== undefined) return null;
      throw error;
    }
    if (result.execution === before.state) return before.state;
    const after = await this.#commit(before, result);
    if (after === null) {
      counters.lostRaces += 1;
      return null;
    }
    this.#deps.failpoint?.('after-write-before-answer');
    counters.transitions += 1;
    if (this.#live.get(executionId) !== undefined) this.#relay.kick(executionId);
    return after.state;
  }

  async #load(executionId: string): Promise<ExecutionRecord | null> {
    const record = await this.#deps.executions.load(executionId);
    if (record === null) return null;
    this.#live.set(record);
    return this.#live.get(executionId) ?? record;
  }

  /**
   * A lease that was given back is taken. One that is held by another worker is left to it, even when it
   * has run out: only a sweep takes over from a worker that was lost, and knows what that means.
   *
   * @returns null when the race was lost
   */
  async #commit(before: ExecutionRecord, result: Transition): Promise<ExecutionRecord | null> {
    const { clock, lease: terms, executions } = this.#deps;
    const now = clock.now();
    const held = before.delivery.lease;
    const isOurs = this.#live.holds(before);
    const isTaken = !isOurs && held.released;
    const own = isOurs ? renewLease(held, terms.leaseMs, now) : held;
    const lease = isTaken ? this.#live.newLease(now) : own;
    const { execution: state, events, effects } = result;
    this.#deps.failpoint?.('before-write');
    const after = await executions.commit({ before, state, events, effects, lease, dueAt: lease.until });
    if (after === null) return null;
    if (isTaken) this.#live.take(after, false);
    else this.#live.set(after);
    return after;
  }

  #newRecord(result: Transition, startKey: string | null, now: Date): ExecutionRecord {
    const lease = this.#live.newLease(now);
    const outbox = { events: result.events, effects: result.effects };
    return {
      state: result.execution,
      delivery: { messages: {}, outbox, dead: [], lease, dueAt: lease.until, settleCount: 0, startKey },
    };
  }

  #requireNotDraining(): void {
    if (!this.#isDraining) return;
    throw new RetryableError('Baton is restarting. Please try again in a few seconds.', {
      retryAfterMs: 3_000,
    });
  }
}
