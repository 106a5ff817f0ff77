import type { ProviderSlots, Slot } from '../../domain/provider-slots.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RunDeps } from './run-deps.ts';
import type { RunTicket } from './run-ticket.ts';

/** Why a run was stopped from outside. `lost`: it does not count any more, and nothing is to be recorded. */
export type StopReason = 'lost' | 'timeout' | 'stopping';

/**
 * Watches over a claimed run: prolongs the claim and the provider's slot while it goes on, and aborts the run when
 * one of them is lost, the task was cancelled, the time is up, or the process stops.
 */
export class ClaimWatch {
  readonly #deps: RunDeps;
  readonly #ticket: RunTicket;
  readonly #token: string;
  readonly #slot: Slot | null;
  readonly #controller = new AbortController();
  readonly #cancelTimeout: () => void;
  #cancelTick: () => void = () => {};
  #renewedAtMs: number;
  #isOver = false;
  #reason: StopReason | null = null;

  constructor(
    deps: RunDeps,
    claim: { ticket: RunTicket; token: string; slot: Slot | null; timeoutMs: number },
  ) {
    this.#deps = deps;
    this.#ticket = claim.ticket;
    this.#token = claim.token;
    this.#slot = claim.slot;
    this.#renewedAtMs = deps.clock.now().getTime();
    this.#cancelTimeout = deps.timers.after(claim.timeoutMs, () => this.stop('timeout'));
    this.#scheduleTick();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Null while nothing has stopped it. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  stop(reason: StopReason): void {
    if (this.#isOver || this.#reason !== null) return;
    this.#reason = reason;
    this.#controller.abort();
  }

  end(): void {
    this.#isOver = true;
    this.#cancelTimeout();
    this.#cancelTick();
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#deps.timers.after(this.#deps.options.watchEveryMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#look();
    } catch (error) {
      if (error instanceof Refusal) this.stop('lost');
      else
        this.#deps.logger.warn({ ...this.#ticket, err: error }, 'a run could not be prolonged; trying again');
    }
    const { leaseMs } = this.#deps.options;
    if (this.#deps.clock.now().getTime() - this.#renewedAtMs >= leaseMs) this.stop('lost');
    if (!this.#isOver) this.#scheduleTick();
  }

  /** A look costs one read; a claim is prolonged, which is a write, when a third of it has passed. */
  async #look(): Promise<void> {
    const { engine, clock, options } = this.#deps;
    const { orgId, executionId, stepExecutionId } = this.#ticket;
    const nowMs = clock.now().getTime();
    if (nowMs - this.#renewedAtMs < options.leaseMs / 3) {
      const { state } = await engine.read(orgId, executionId);
      const current = state.stack.at(-1);
      if (current?.id !== stepExecutionId || current.run?.lease?.token !== this.#token) this.stop('lost');
      return;
    }
    const { leaseMs } = options;
    const token = this.#token;
    await engine.execute(orgId, executionId, { type: 'renew-run', stepExecutionId, token, leaseMs });
    this.#renewedAtMs = nowMs;
    if (this.#slot !== null && !(await this.#renewSlot(this.#deps.slots, this.#slot))) this.stop('stopping');
  }

  async #renewSlot(slots: ProviderSlots, slot: Slot): Promise<boolean> {
    return slots.renew(slot);
  }
}
