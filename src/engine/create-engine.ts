import { findSchemaErrors } from '../domain/json-schema.ts';
import { assertStorableJson, isJsonObject } from '../domain/json.ts';
import type { ExecutionRecord } from '../domain/execution-record.ts';
import type { ExecutionState } from '../domain/execution.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Workflow } from '../domain/workflow.ts';
import { ConflictError, NotFoundError, RetryableError, ValidationError } from '../errors.ts';
import type { Transition } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { Engine, ExecutionCommand, ReadExecution, StartRequest } from './engine.ts';
import { isHeldByOther, takeLease } from './lease.ts';
import { LiveExecutions } from './live-executions.ts';
import { Relay } from './relay.ts';
import { sweepDue } from './sweep.ts';
import { transition } from './transition.ts';

/** How many executions a process remembers, so that a click on one of them need not read it. */
const liveCapacity = 5_000;
/** How often an operation decides anew after somebody else was faster. */
const maxAttempts = 20;

/** The engine over a store and a clock. It starts no timer of its own: something must call `sweep`. */
export function createEngine(deps: EngineDeps): Engine {
  const live = new LiveExecutions(deps.lease.holder, liveCapacity);
  const relay = new Relay(deps, live, async ({ state }, effect, recipient, reason) => {
    if (!('stepIndex' in effect)) return;
    const { stepIndex } = effect;
    await execute(state.orgId, state.id, { type: 'report-undeliverable', stepIndex, recipient, reason });
  });
  let draining = false;

  async function start(request: StartRequest): Promise<ExecutionState> {
    requireNotDraining();
    const workflow = await deps.definitions.findWorkflow(request.orgId, request.workflowId);
    if (workflow === null) throw new NotFoundError('There is no such workflow.');
    const definition = await deps.definitions.loadDefinition(workflow.revisionId);
    const { inputs } = request;
    assertStorableJson(inputs, 'inputs');
    const errors = findSchemaErrors(definition.inputsSchema, inputs);
    if (errors.length > 0 || !isJsonObject(inputs)) {
      const places = errors
        .map(({ path, message }) => `${path === '' ? 'inputs' : path} ${message}`)
        .join('; ');
      throw new ValidationError(`The inputs do not fit this workflow: ${places}.`, errors, 'inputs-invalid');
    }
    requireActive(workflow);
    const { startedBy, origin, startKey } = request;
    const now = deps.clock.now();
    const command = { type: 'start', executionId: deps.newId(), inputs, startedBy, origin } as const;
    const record = newRecord(transition(definition, null, command, now), startKey, now);
    const result = await deps.executions.insert(record);
    if (!result.inserted) return result.existing.state;
    deps.counters.transitions += 1;
    live.set(record);
    relay.kick(record.state.id);
    return record.state;
  }

  async function execute(
    orgId: string,
    executionId: string,
    command: ExecutionCommand,
  ): Promise<ExecutionState> {
    requireNotDraining();
    return live.withLock(executionId, async () => {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const done = await tryToExecute(orgId, executionId, command);
        if (done !== null) return done;
        live.forget(executionId);
      }
      throw new RetryableError('This task is changing too quickly right now. Please try again.', {
        retryAfterMs: 1_000,
      });
    });
  }

  /** @returns null when it was decided on a copy that is no longer true */
  async function tryToExecute(
    orgId: string,
    executionId: string,
    command: ExecutionCommand,
  ): Promise<ExecutionState | null> {
    const known = live.get(executionId);
    const before = known ?? (await deps.executions.load(executionId));
    if (before === null || before.state.orgId !== orgId) throw new NotFoundError('There is no such task.');
    const definition = await deps.definitions.loadDefinition(before.state.revisionId);
    let result: Transition;
    try {
      result = transition(definition, before.state, command, deps.clock.now());
    } catch (error) {
      // Somebody is told "no" only from what the database says now.
      if (error instanceof Refusal && known !== undefined) return null;
      throw error;
    }
    if (result.execution === before.state) return before.state;
    const after = await commit(before, result);
    if (after === null) {
      deps.counters.lostRaces += 1;
      return null;
    }
    deps.counters.transitions += 1;
    live.set(after);
    if (live.get(executionId) !== undefined) relay.kick(executionId);
    return after.state;
  }

  async function commit(before: ExecutionRecord, result: Transition): Promise<ExecutionRecord | null> {
    const now = deps.clock.now();
    const held = before.delivery.lease;
    const lease = isHeldByOther(held, deps.lease, now) ? held : takeLease(deps.lease, now);
    const { execution: state, events, effects } = result;
    return deps.executions.commit({ before, state, events, effects, lease, dueAt: lease.until });
  }

  function newRecord(result: Transition, startKey: string | null, now: Date): ExecutionRecord {
    const lease = takeLease(deps.lease, now);
    const outbox = { events: result.events, effects: result.effects };
    return {
      state: result.execution,
      delivery: { messages: {}, outbox, dead: [], lease, dueAt: lease.until, startKey },
    };
  }

  async function read(orgId: string, executionId: string): Promise<ReadExecution> {
    const record = await deps.executions.load(executionId);
    if (record === null || record.state.orgId !== orgId) throw new NotFoundError('There is no such task.');
    return { ...record, definition: await deps.definitions.loadDefinition(record.state.revisionId) };
  }

  function requireNotDraining(): void {
    if (draining)
      throw new RetryableError('Baton is restarting. Please try again in a few seconds.', {
        retryAfterMs: 3_000,
      });
  }

  return {
    start,
    execute,
    read,
    async readLog(orgId, executionId) {
      // The record first: an event that the relay moves in between is then found in both places, not in neither.
      const { delivery } = await read(orgId, executionId);
      const moved = await deps.events.list(executionId);
      const lastMoved = moved.at(-1)?.seq ?? 0;
      return [...moved, ...delivery.outbox.events.filter((event) => event.seq > lastMoved)];
    },
    async sweep({ maxMs }) {
      if (draining) return 0;
      return sweepDue({ deps, live, relay, execute, isStopped: () => draining }, maxMs);
    },
    idle: () => relay.idle(),
    async drain(timeoutMs) {
      draining = true;
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
      await Promise.race([relay.drain(), timeout]);
    },
  };
}

function requireActive(workflow: Workflow): void {
  const { status, name } = workflow;
  switch (status) {
    case 'ACTIVE':
      return;
    case 'DRAFT':
      throw new ConflictError(`"${name}" is a draft. Activate it before you start tasks.`, 'workflow-draft');
    case 'PAUSED':
      throw new ConflictError(
        "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
        'workflow-paused',
      );
    case 'ARCHIVED':
      throw new NotFoundError('There is no such workflow.');
  }
}
