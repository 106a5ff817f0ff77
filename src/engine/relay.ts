import type { Effect } from '../domain/effect.ts';
import type { ExecutionRecord } from '../domain/execution-record.ts';
import { errorMessage } from '../errors.ts';
import type { EffectResult } from './effect-performer.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { LiveExecutions } from './live-executions.ts';
import { coveredBy, nextEffect } from './next-effect.ts';
import { type Progress, Settler, effectsLeft, mergeProgress, noProgress } from './settler.ts';
import { toOutboundEvent } from './to-outbound-event.ts';
import { WorkQueue } from './work-queue.ts';

/** Tells the engine that an ask can never be delivered, before the effect is recorded as dead. */
export type ReportUndeliverable = (
  record: ExecutionRecord,
  effect: Effect,
  recipient: string,
  reason: string,
) => Promise<void>;

/** How many executions are settled in one go; a click on one of them waits as long as this takes. */
const settleBatch = 32;
/** Nothing is tried again sooner, whatever the performer says. */
const minRetryMs = 250;

/**
 * Empties the outboxes of the executions whose lease this process holds: does their effects one after
 * the other, moves their events into the log, and gives the lease back.
 *
 * A message that was posted is recorded at once; what can be repeated without harm is recorded a moment
 * later, together with the events and for many executions at once. Whatever goes wrong here is made good by a
 * sweep, once the lease has run out.
 */
export class Relay {
  readonly #deps: EngineDeps;
  readonly #live: LiveExecutions;
  readonly #report: ReportUndeliverable;
  readonly #settler: Settler;
  readonly #queue: WorkQueue;
  /** Done, and harmless to repeat: not recorded yet. */
  readonly #unrecorded = new Map<string, Progress>();
  /** Executions that a sweep has claimed and that may still wait for a worker. */
  readonly #claimed = new Set<string>();
  /** Executions that have nothing left but to be recorded and released. */
  readonly #finished = new Set<string>();
  #finishing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  #draining = false;

  constructor(deps: EngineDeps, live: LiveExecutions, report: ReportUndeliverable) {
    this.#deps = deps;
    this.#live = live;
    this.#report = report;
    this.#settler = new Settler(deps, live);
    this.#queue = new WorkQueue(
      deps.relay.maxParallel,
      (executionId) => this.#run(executionId),
      (executionId) => this.#live.get(executionId)?.state.orgId ?? '',
    );
  }

  /** The execution has something in its outbox, and this process holds its lease. */
  kick(executionId: string): void {
    const effects = this.#live.get(executionId)?.delivery.outbox.effects ?? [];
    if (effects.length === 0) this.#finishSoon(executionId);
    else this.#queue.add(executionId);
  }

  isActive(executionId: string): boolean {
    return this.#finished.has(executionId) || this.#queue.has(executionId);
  }

  /** The same for one that a sweep has claimed. */
  kickClaimed(executionId: string): void {
    this.#claimed.add(executionId);
    this.kick(executionId);
  }

  /** Resolves when fewer executions that were claimed wait than can be worked on at once; others may wait beside them. */
  async hasRoom(): Promise<void> {
    await this.#queue.when(() => this.#countClaimed() < this.#deps.relay.maxParallel);
  }

  #countClaimed(): number {
    for (const id of this.#claimed) if (!this.#queue.isWaiting(id)) this.#claimed.delete(id);
    return this.#claimed.size;
  }

  /** Resolves when everything that was begun is done and recorded. */
  async idle(): Promise<void> {
    do {
      await this.#queue.whenIdle();
      await this.#finishNow();
    } while (this.#finished.size > 0 || !this.#queue.isEmpty());
  }

  /** Finishes the effects that are being done, begins no other, and gives all leases back. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.idle();
  }

  async #run(executionId: string): Promise<void> {
    try {
      while (!this.#draining) {
        const record = this.#live.get(executionId);
        if (record === undefined) return this.#forget(executionId);
        const unrecorded = this.#unrecorded.get(executionId) ?? noProgress;
        // It may have waited here for longer than its lease lasts: nothing is begun that another may do by now.
        if (!this.#hasTime(record)) {
          if (!(await this.#record(executionId, unrecorded))) return;
          continue;
        }
        const effect = nextEffect(
          effectsLeft(record.delivery.outbox.effects, unrecorded),
          this.#deps.clock.now(),
        );
        if (effect === null) break;
        this.#deps.failpoint?.('after-claim-before-send');
        const result = await this.#perform(record, effect);
        this.#deps.failpoint?.('after-send-before-record');
        if (!(await this.#recordResult(record, effect, result))) return;
      }
      this.#finishSoon(executionId);
    } catch (error) {
      this.#giveUp(executionId, error);
    }
  }

  async #perform({ state, delivery }: ExecutionRecord, effect: Effect): Promise<EffectResult> {
    try {
      const definition = await this.#deps.definitions.loadDefinition(state.revisionId);
      return await this.#deps.performer.perform(effect, {
        execution: state,
        definition,
        messages: delivery.messages,
      });
    } catch (error) {
      this.#deps.logger.error(
        { executionId: state.id, effectId: effect.id, kind: effect.kind, err: error },
        'effect threw',
      );
      return { kind: 'retry', afterMs: 60_000, error: errorMessage(error), maybeSent: true };
    }
  }

  /** @returns false when the lease was lost */
  async #recordResult(record: ExecutionRecord, effect: Effect, result: EffectResult): Promise<boolean> {
    const { id } = record.state;
    const progress = await this.#progressOf(record, effect, result);
    const merged = mergeProgress(this.#unrecorded.get(id) ?? noProgress, progress);
    if (result.kind === 'done' && result.messages === undefined && this.#hasTime(record)) {
      this.#unrecorded.set(id, merged);
      return true;
    }
    return this.#record(id, merged);
  }

  /** Writes what was done, and so renews the lease. @returns false when the lease was lost */
  async #record(executionId: string, progress: Progress): Promise<boolean> {
    const settled = await this.#settler.settle(executionId, progress, 'keep');
    this.#recorded(executionId, progress, settled);
    return settled;
  }

  async #progressOf(record: ExecutionRecord, effect: Effect, result: EffectResult): Promise<Progress> {
    const { clock, relay, logger } = this.#deps;
    const now = clock.now();
    const doneEffects = coveredBy(effect, record.delivery.outbox.effects);
    if (result.kind === 'done') return { ...noProgress, doneEffects, messages: result.messages ?? {} };
    if (result.kind === 'wait')
      return { ...noProgress, retriedEffects: [putOff(effect, result.afterMs, now)] };
    const failingSince = effect.failingSince ?? now;
    const isHopeless = now.getTime() - failingSince.getTime() > relay.giveUpAfterMs;
    if (result.kind === 'retry' && !isHopeless) {
      const { afterMs, error: lastError } = result;
      const maybeSent = effect.maybeSent || result.maybeSent;
      const failed = { ...effect, attempts: effect.attempts + 1, lastError, failingSince, maybeSent };
      return { ...noProgress, retriedEffects: [putOff(failed, afterMs, now)] };
    }
    logger.warn(
      { executionId: record.state.id, effectId: effect.id, kind: effect.kind, reason: result.error },
      'effect given up',
    );
    const recipient = recipientOf(record, effect);
    if (recipient !== null) await this.#report(record, effect, recipient, result.error);
    return { ...noProgress, doneEffects, dead: [{ effect, error: result.error, at: now }] };
  }

  /** True while the lease lasts long enough to record later. */
  #hasTime({ state }: ExecutionRecord): boolean {
    const until = this.#live.get(state.id)?.delivery.lease.until.getTime() ?? 0;
    return until - this.#deps.clock.now().getTime() > this.#deps.lease.leaseMs / 2;
  }

  #finishSoon(executionId: string): void {
    this.#finished.add(executionId);
    this.#cancelTimer ??= this.#deps.timers.after(this.#deps.relay.lingerMs, () => void this.#finishNow());
  }

  /** One round at a time: a second one waits for the first. */
  #finishNow(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#finishing = this.#finishing.then(() => this.#finishAll());
    return this.#finishing;
  }

  async #finishAll(): Promise<void> {
    const ids = [...this.#finished].filter((id) => !this.#queue.has(id));
    for (let from = 0; from < ids.length; from += settleBatch) {
      const batch = ids.slice(from, from + settleBatch);
      for (const id of batch) this.#finished.delete(id);
      try {
        await this.#finishBatch(batch);
      } catch (error) {
        for (const id of batch) this.#giveUp(id, error);
      }
    }
  }

  /**
   * The events are stored, and noted for their receivers, before they leave the outbox: so a reader finds
   * each in at least one of the two, and no receiver misses any.
   */
  async #finishBatch(ids: readonly string[]): Promise<void> {
    for (const id of ids) if (this.#live.get(id) === undefined) this.#forget(id);
    const records = ids.flatMap((id) => this.#live.get(id) ?? []);
    const events = records.flatMap(({ delivery }) => delivery.outbox.events);
    this.#deps.failpoint?.('before-events-moved');
    await this.#deps.events.append(events);
    await this.#deps.fanOut?.offer(events.map(toOutboundEvent));
    this.#deps.failpoint?.('after-events-moved');
    this.#deps.counters.eventsMoved += events.length;
    const progressById = new Map<string, Progress>();
    for (const { state, delivery } of records) {
      const movedSeq = delivery.outbox.events.at(-1)?.seq ?? 0;
      progressById.set(
        state.id,
        mergeProgress(this.#unrecorded.get(state.id) ?? noProgress, { ...noProgress, movedSeq }),
      );
    }
    const lost = new Set(
      await this.#settler.settleAll(progressById, this.#draining ? 'always' : 'when-done'),
    );
    for (const [id, progress] of progressById) {
      this.#recorded(id, progress, !lost.has(id));
      const left = this.#live.get(id)?.delivery;
      // Something new came meanwhile, and this process still holds the lease for it.
      if (left !== undefined && !left.lease.released && !this.#draining) this.kick(id);
    }
  }

  /** Until here it counted as done and unrecorded, so that nobody in this process did it again. */
  #recorded(executionId: string, progress: Progress, settled: boolean): void {
    this.#count(progress, settled);
    const unrecorded = this.#unrecorded.get(executionId);
    if (unrecorded === undefined) return;
    const doneEffects = effectsLeft(unrecorded.doneEffects, progress);
    if (doneEffects.length === 0) this.#unrecorded.delete(executionId);
    else this.#unrecorded.set(executionId, { ...unrecorded, doneEffects });
  }

  #count(progress: Progress, settled: boolean): void {
    const { counters } = this.#deps;
    const done = Math.max(0, progress.doneEffects.length - progress.dead.length);
    if (!settled) {
      counters.effectsFenced += done;
      return;
    }
    counters.effectsDone += done;
    counters.effectsDead += progress.dead.length;
    counters.effectsDeferred += progress.retriedEffects.length;
  }

  #giveUp(executionId: string, error: unknown): void {
    this.#forget(executionId);
    this.#deps.logger.warn(
      { executionId, err: error },
      'relay stopped; a sweep goes on when the lease has run out',
    );
  }

  /** What was done and is not recorded is in doubt from now on: whoever takes over looks for it. */
  #forget(executionId: string): void {
    this.#deps.counters.effectsFenced += this.#unrecorded.get(executionId)?.doneEffects.length ?? 0;
    this.#live.forget(executionId);
    this.#unrecorded.delete(executionId);
  }
}

function putOff(effect: Effect, afterMs: number, now: Date): Effect {
  return { ...effect, notBefore: new Date(now.getTime() + Math.max(afterMs, minRetryMs)) };
}

/** Whom an ask was for, who now has to be reached another way; null for other effects. */
function recipientOf({ state }: ExecutionRecord, effect: Effect): string | null {
  if (effect.kind !== 'ask') return null;
  return state.stack[effect.stepIndex]?.asks[effect.recipientIndex]?.recipient ?? null;
}
