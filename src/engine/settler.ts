import type { Effect, MessageRef } from '../domain/effect.ts';
import type { DeadEffect, ExecutionRecord } from '../domain/execution-record.ts';
import type { Settlement } from '../domain/execution-store.ts';
import { pause } from '../timers.ts';
import type { EngineDeps } from './engine-deps.ts';
import { dueAtWhenReleased, releaseLease, renewLease } from './lease.ts';
import type { LiveExecutions } from './live-executions.ts';
import { nextEffect } from './next-effect.ts';

/** What was done for an execution, and is to be written. */
export interface Progress {
  doneEffects: Effect[];
  /** Effects as they go back into the outbox, to be tried again. */
  retriedEffects: Effect[];
  messages: Record<string, MessageRef>;
  dead: DeadEffect[];
  /** Events up to this one are stored in their own collection. */
  movedSeq: number;
}

export const noProgress: Progress = {
  doneEffects: [],
  retriedEffects: [],
  messages: {},
  dead: [],
  movedSeq: 0,
};

export function mergeProgress(earlier: Progress, later: Progress): Progress {
  return {
    doneEffects: [...earlier.doneEffects, ...later.doneEffects],
    retriedEffects: [...earlier.retriedEffects, ...later.retriedEffects],
    messages: { ...earlier.messages, ...later.messages },
    dead: [...earlier.dead, ...later.dead],
    movedSeq: Math.max(earlier.movedSeq, later.movedSeq),
  };
}

/** What is left of the effects once the progress counts. */
export function effectsLeft(effects: readonly Effect[], { doneEffects, retriedEffects }: Progress): Effect[] {
  const done = new Set(doneEffects.map(({ id }) => id));
  const left = effects.filter(({ id }) => !done.has(id));
  return left.map((effect) => retriedEffects.find(({ id }) => id === effect.id) ?? effect);
}

/** What becomes of the lease: kept, given back unless something is left that could be done now, or given back at once. */
export type Release = 'keep' | 'when-done' | 'always';

const maxAttempts = 5;
const retryMs = 250;

/**
 * Writes what the relay has done, one write an execution, as long as this process holds the lease. When
 * the execution has moved on meanwhile, what was done is taken out of its new state.
 */
export class Settler {
  readonly #deps: EngineDeps;
  readonly #live: LiveExecutions;

  constructor(deps: EngineDeps, live: LiveExecutions) {
    this.#deps = deps;
    this.#live = live;
  }

  /**
   * @returns false when the lease was lost; nothing was written then
   */
  async settle(executionId: string, progress: Progress, release: Release): Promise<boolean> {
    return this.#live.withLock(executionId, async () => {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        if (attempt > 1) await this.#reload(executionId);
        const record = this.#live.get(executionId);
        if (record === undefined) return false;
        if (await this.#tryToSettle(record, progress, release, attempt)) return true;
      }
      this.#live.forget(executionId);
      return false;
    });
  }

  /** The same for many at once, which is cheaper. @returns the ids whose lease was lost */
  async settleAll(progressById: ReadonlyMap<string, Progress>, release: Release): Promise<string[]> {
    const unsettled = await this.#live.withLocks([...progressById.keys()], async () => {
      const planned = [...progressById].flatMap(([id, progress]) => {
        const record = this.#live.get(id);
        return record === undefined ? [] : [{ record, settlement: this.#plan(record, progress, release) }];
      });
      const written = await this.#deps.executions.settleAll(planned.map(({ settlement }) => settlement));
      const settled = planned.filter((_, index) => written[index] === true);
      for (const { record, settlement } of settled) this.#live.set(settledRecord(record, settlement));
      const done = new Set(settled.map(({ record }) => record.state.id));
      return [...progressById.keys()].filter((id) => !done.has(id));
    });
    const lost: string[] = [];
    for (const id of unsettled) {
      if (!(await this.settle(id, progressById.get(id) ?? noProgress, release))) lost.push(id);
    }
    return lost;
  }

  async #tryToSettle(
    record: ExecutionRecord,
    progress: Progress,
    release: Release,
    attempt: number,
  ): Promise<boolean> {
    const settlement = this.#plan(record, progress, release);
    try {
      if (!(await this.#deps.executions.settle(settlement))) return false;
    } catch (error) {
      if (attempt === maxAttempts) throw error;
      const { executionId } = settlement;
      this.#deps.logger.warn({ executionId, err: error }, 'could not record what was done; trying again');
      await pause(this.#deps.timers, retryMs * attempt);
      return false;
    }
    this.#live.set(settledRecord(record, settlement));
    return true;
  }

  #plan({ state, delivery }: ExecutionRecord, progress: Progress, release: Release): Settlement {
    const now = this.#deps.clock.now();
    const { lease: held, settleCount } = delivery;
    const { holder } = held;
    const events = delivery.outbox.events.filter((event) => event.seq > progress.movedSeq);
    const effects = effectsLeft(delivery.outbox.effects, progress);
    const isDone = events.length === 0 && nextEffect(effects, now) === null;
    const isReleased = release === 'always' || (release === 'when-done' && isDone);
    const lease = isReleased ? releaseLease(held, now) : renewLease(held, this.#deps.lease.leaseMs, now);
    const dueAt = isReleased ? dueAtWhenReleased(state.timerAt, { events, effects }, now) : lease.until;
    const { messages: newMessages } = progress;
    // An earlier try may have been written although it seemed to fail.
    const isOpen = ({ effect }: DeadEffect): boolean =>
      delivery.outbox.effects.some(({ id }) => id === effect.id);
    const newDead = progress.dead.filter(isOpen);
    const { id: executionId, v } = state;
    return { executionId, v, holder, settleCount, events, effects, newMessages, newDead, lease, dueAt };
  }

  /** What was lost meanwhile is not live any more afterwards. */
  async #reload(executionId: string): Promise<void> {
    const record = await this.#deps.executions.load(executionId);
    if (record !== null) this.#live.set(record);
  }
}

function settledRecord({ state, delivery }: ExecutionRecord, settlement: Settlement): ExecutionRecord {
  const { events, effects, newMessages, newDead, lease, dueAt } = settlement;
  const messages = { ...delivery.messages, ...newMessages };
  return {
    state,
    delivery: {
      ...delivery,
      messages,
      outbox: { events, effects },
      dead: [...delivery.dead, ...newDead],
      lease,
      dueAt,
      settleCount: settlement.settleCount + 1,
    },
  };
}
