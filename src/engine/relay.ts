import { setTimeout as sleep } from 'node:timers/promises';
import type { Effect, MessageRef } from '../domain/effect.ts';
import type { DeadEffect, ExecutionRecord } from '../domain/execution-record.ts';
import { errorMessage } from '../errors.ts';
import type { EffectResult } from './effect-performer.ts';
import type { EngineDeps } from './engine-deps.ts';
import { dueAtWhenReleased, releaseLease, takeLease } from './lease.ts';
import type { LiveExecutions } from './live-executions.ts';
import { nextEffect, withoutDone } from './next-effect.ts';
import { WorkQueue } from './work-queue.ts';

/** Tells the engine that an ask can never be delivered, before the effect is recorded as dead. */
export type ReportUndeliverable = (
  record: ExecutionRecord,
  effect: Effect,
  recipient: string,
  reason: string,
) => Promise<void>;

interface Settled {
  doneEffect: Effect | null;
  /** The effect as it goes back into the outbox, when it is to be tried again. */
  retriedEffect: Effect | null;
  messages: Record<string, MessageRef>;
  dead: DeadEffect[];
  /** Events up to this one were stored in their own collection. */
  movedSeq: number;
  release: boolean;
}

const nothingSettled: Settled = {
  doneEffect: null,
  retriedEffect: null,
  messages: {},
  dead: [],
  movedSeq: 0,
  release: false,
};
const settleAttempts = 5;
const settleRetryMs = 250;

/**
 * Empties the outboxes of the executions whose lease this process holds: does their effects one after
 * the other, moves their events into the log, and gives the lease back. Whatever goes wrong here is made good
 * by a sweep, once the lease has run out.
 */
export class Relay {
  readonly #deps: EngineDeps;
  readonly #live: LiveExecutions;
  readonly #report: ReportUndeliverable;
  readonly #queue: WorkQueue;
  /** Executions whose events wait for more of their kind, with what ends the wait. */
  readonly #lingering = new Map<string, NodeJS.Timeout>();
  #draining = false;

  constructor(deps: EngineDeps, live: LiveExecutions, report: ReportUndeliverable) {
    this.#deps = deps;
    this.#live = live;
    this.#report = report;
    this.#queue = new WorkQueue(deps.relay.maxParallel, (executionId) => this.#run(executionId));
  }

  /** The execution has something in its outbox, and this process holds its lease. */
  kick(executionId: string): void {
    this.#stopLingering(executionId);
    const effects = this.#live.get(executionId)?.delivery.outbox.effects ?? [];
    if (effects.length === 0 && !this.#draining) this.#linger(executionId);
    else this.#queue.add(executionId);
  }

  isActive(executionId: string): boolean {
    return this.#lingering.has(executionId) || this.#queue.has(executionId);
  }

  /** Resolves when fewer executions wait than can be worked on at once. */
  async hasRoom(): Promise<void> {
    await this.#queue.whenShorterThan(this.#deps.relay.maxParallel);
  }

  async idle(): Promise<void> {
    for (const executionId of [...this.#lingering.keys()]) this.#endLinger(executionId);
    await this.#queue.whenIdle();
  }

  /** Finishes what is being done, and gives all leases back for others to take at once. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.idle();
  }

  #linger(executionId: string): void {
    const timer = setTimeout(() => this.#endLinger(executionId), this.#deps.relay.lingerMs);
    this.#lingering.set(executionId, timer);
  }

  #endLinger(executionId: string): void {
    this.#stopLingering(executionId);
    this.#queue.add(executionId);
  }

  #stopLingering(executionId: string): void {
    clearTimeout(this.#lingering.get(executionId));
    this.#lingering.delete(executionId);
  }

  async #run(executionId: string): Promise<void> {
    try {
      for (;;) {
        const record = this.#live.get(executionId);
        if (record === undefined) return;
        const effect = this.#draining
          ? null
          : nextEffect(record.delivery.outbox.effects, this.#deps.clock.now());
        if (effect === null) break;
        if (!(await this.#doEffect(record, effect))) return;
      }
      await this.#moveEventsAndRelease(executionId);
    } catch (error) {
      this.#live.forget(executionId);
      this.#deps.logger.warn(
        { executionId, err: error },
        'relay stopped; a sweep goes on when the lease has run out',
      );
    }
  }

  /** @returns false when the lease was lost */
  async #doEffect(record: ExecutionRecord, effect: Effect): Promise<boolean> {
    const { state, delivery } = record;
    const definition = await this.#deps.definitions.loadDefinition(state.revisionId);
    const result = await this.#perform(effect, { execution: state, definition, messages: delivery.messages });
    return this.#recordResult(record, effect, result);
  }

  async #perform(
    effect: Effect,
    task: Parameters<EngineDeps['performer']['perform']>[1],
  ): Promise<EffectResult> {
    try {
      return await this.#deps.performer.perform(effect, task);
    } catch (error) {
      this.#deps.logger.error({ effectId: effect.id, kind: effect.kind, err: error }, 'effect threw');
      return { kind: 'retry', afterMs: 60_000, error: errorMessage(error), maybeSent: true };
    }
  }

  async #recordResult(record: ExecutionRecord, effect: Effect, result: EffectResult): Promise<boolean> {
    const { clock, counters, relay, logger } = this.#deps;
    const now = clock.now();
    if (result.kind === 'done') {
      const settled = await this.#settle(record.state.id, {
        ...nothingSettled,
        doneEffect: effect,
        messages: result.messages ?? {},
      });
      if (settled) counters.effectsDone += 1;
      else counters.effectsFenced += 1;
      return settled;
    }
    const isTooOld = now.getTime() - effect.createdAt.getTime() > relay.giveUpAfterMs;
    if (result.kind === 'retry' && !isTooOld) {
      counters.effectsDeferred += 1;
      const retriedEffect: Effect = {
        ...effect,
        attempts: effect.attempts + 1,
        notBefore: new Date(now.getTime() + Math.max(result.afterMs, backoffMs(effect.attempts))),
        lastError: result.error,
        maybeSent: effect.maybeSent || result.maybeSent,
      };
      return this.#settle(record.state.id, { ...nothingSettled, retriedEffect });
    }
    counters.effectsDead += 1;
    logger.warn({ effectId: effect.id, kind: effect.kind, reason: result.error }, 'effect given up');
    if (result.kind === 'dead' && result.recipient !== undefined) {
      await this.#report(record, effect, result.recipient, result.error);
    }
    const dead = [{ effect, error: result.error, at: now }];
    return this.#settle(record.state.id, { ...nothingSettled, doneEffect: effect, dead });
  }

  /** The events are stored before they leave the outbox, so a reader finds each in at least one of the two. */
  async #moveEventsAndRelease(executionId: string): Promise<void> {
    const events = this.#live.get(executionId)?.delivery.outbox.events ?? [];
    await this.#deps.events.append(events);
    this.#deps.counters.eventsMoved += events.length;
    const settled = await this.#settle(executionId, {
      ...nothingSettled,
      movedSeq: events.at(-1)?.seq ?? 0,
      release: true,
    });
    const left = settled ? this.#live.get(executionId)?.delivery : undefined;
    if (left !== undefined && !left.lease.released) this.#queue.add(executionId);
  }

  /**
   * Writes what was done. When the execution has moved on meanwhile, what was done is taken out of its
   * new state.
   * @returns false when the lease was lost; nothing was written then
   */
  async #settle(executionId: string, settled: Settled): Promise<boolean> {
    return this.#live.withLock(executionId, async () => {
      for (let attempt = 1; attempt <= settleAttempts; attempt += 1) {
        const record = this.#live.get(executionId) ?? (await this.#reload(executionId));
        if (record === null) return false;
        if (await this.#tryToSettle(record, settled, attempt)) return true;
        this.#live.forget(executionId);
      }
      return false;
    });
  }

  async #tryToSettle(record: ExecutionRecord, settled: Settled, attempt: number): Promise<boolean> {
    const { executions, clock, lease: terms, logger } = this.#deps;
    const now = clock.now();
    const { state, delivery } = record;
    const outbox = {
      events: delivery.outbox.events.filter((event) => event.seq > settled.movedSeq),
      effects: effectsLeft(delivery.outbox.effects, settled),
    };
    // Something new has come that can be done at once: keep the lease for it.
    const release =
      settled.release &&
      (this.#draining || (outbox.events.length === 0 && nextEffect(outbox.effects, now) === null));
    const lease = release ? releaseLease(delivery.lease, now) : takeLease(terms, now);
    const dueAt = release ? dueAtWhenReleased(state.timerAt, outbox, now) : lease.until;
    const { messages: newMessages, dead: newDead } = settled;
    try {
      const written = await executions.settle({
        executionId: state.id,
        v: state.v,
        holder: terms.holder,
        ...outbox,
        newMessages,
        newDead,
        lease,
        dueAt,
      });
      if (!written) return false;
    } catch (error) {
      if (attempt === settleAttempts) throw error;
      logger.warn({ executionId: state.id, err: error }, 'could not record what was done; trying again');
      await sleep(settleRetryMs * attempt);
      return false;
    }
    const messages = { ...delivery.messages, ...newMessages };
    this.#live.set({
      state,
      delivery: { ...delivery, messages, outbox, dead: [...delivery.dead, ...newDead], lease, dueAt },
    });
    return true;
  }

  async #reload(executionId: string): Promise<ExecutionRecord | null> {
    const record = await this.#deps.executions.load(executionId);
    if (record === null || record.delivery.lease.holder !== this.#deps.lease.holder) return null;
    this.#live.set(record);
    return record;
  }
}

function effectsLeft(effects: readonly Effect[], settled: Settled): Effect[] {
  const { doneEffect, retriedEffect } = settled;
  if (doneEffect !== null) return withoutDone(effects, doneEffect);
  return effects.map((effect) => (effect.id === retriedEffect?.id ? retriedEffect : effect));
}

/** 1 s, 2 s, 4 s, … at most five minutes. */
function backoffMs(attempts: number): number {
  return Math.min(300_000, 1_000 * 2 ** attempts);
}
