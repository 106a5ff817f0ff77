import type { DeliveryStore } from '../domain/delivery-store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { pause, type Timers } from '../timers.ts';
import type { LaneRunner } from './lane-runner.ts';

export interface DeliveryWorkerDeps {
  deliveries: Pick<DeliveryStore, 'claimDue' | 'listDuePlugins'>;
  runner: LaneRunner;
  limits: DeliveryLimits;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

export interface DeliveryLimits {
  /** How many exchanges this process has under way at most. Default 128. */
  maxParallel: number;
  /** The same with one plugin's receiver. Default 8; one, while it fails. */
  maxPerPlugin: number;
}

export const defaultDeliveryLimits: DeliveryLimits = { maxParallel: 128, maxPerPlugin: 8 };

/** What this process does for one plugin's receiver. */
interface Receiver {
  active: number;
  /** The last event that it was sent was not taken. */
  isFailing: boolean;
  /** Something may be due. */
  isHungry: boolean;
  /** Somebody is asking the database what is due. */
  isClaiming: boolean;
  /** It was kicked while somebody was asking. */
  wasKicked: boolean;
}

/**
 * Sends what is due, each receiver within its own limit, so that one that is slow or down keeps nobody
 * waiting. Several processes share the work by claiming lanes.
 */
export class DeliveryWorker {
  readonly #deps: DeliveryWorkerDeps;
  readonly #receivers = new Map<string, Receiver>();
  #active = 0;
  #isStopping = false;
  #observers: (() => void)[] = [];

  constructor(deps: DeliveryWorkerDeps) {
    this.#deps = deps;
  }

  /** Something may be due for these plugins. */
  kick(pluginIds: Iterable<string>): void {
    if (this.#isStopping) return;
    for (const pluginId of pluginIds) {
      const receiver = this.#receiverOf(pluginId);
      receiver.isHungry = true;
      receiver.wasKicked = true;
    }
    this.#startMore();
  }

  /** Begins with whatever is due, wherever it came from. Does not wait until it is sent. */
  async sweep(): Promise<void> {
    if (this.#isStopping) return;
    this.kick(await this.#deps.deliveries.listDuePlugins(this.#deps.clock.now()));
  }

  /** Resolves when nothing is under way and nothing is known to be due. */
  async idle(): Promise<void> {
    while (!this.#isIdle()) await new Promise<void>((resolve) => void this.#observers.push(resolve));
  }

  /** Begins nothing else, and waits for what is under way. */
  async drain(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    for (const receiver of this.#receivers.values()) receiver.isHungry = false;
    await Promise.race([this.idle(), pause(this.#deps.timers, timeoutMs)]);
  }

  #isIdle(): boolean {
    return this.#active === 0 && [...this.#receivers.values()].every(({ isHungry }) => !isHungry);
  }

  #receiverOf(pluginId: string): Receiver {
    const known = this.#receivers.get(pluginId);
    if (known !== undefined) return known;
    const receiver = { active: 0, isFailing: false, isHungry: false, isClaiming: false, wasKicked: false };
    this.#receivers.set(pluginId, receiver);
    return receiver;
  }

  #startMore(): void {
    for (const [pluginId, receiver] of this.#receivers) {
      if (this.#isStopping || this.#active >= this.#deps.limits.maxParallel) return;
      if (!receiver.isHungry || receiver.isClaiming || receiver.active >= this.#limitOf(receiver)) continue;
      // To the end, so that the others come first the next time. It is met again there, and passed over as it is claiming.
      this.#receivers.delete(pluginId);
      this.#receivers.set(pluginId, receiver);
      void this.#work(pluginId, receiver);
    }
  }

  /** One that fails is tried with one event at a time, so that many of them cannot fill all places. */
  #limitOf({ isFailing }: Receiver): number {
    return isFailing ? 1 : this.#deps.limits.maxPerPlugin;
  }

  async #work(pluginId: string, receiver: Receiver): Promise<void> {
    const { deliveries, runner, clock, logger } = this.#deps;
    this.#active += 1;
    receiver.active += 1;
    receiver.isClaiming = true;
    receiver.wasKicked = false;
    try {
      const claim = await deliveries.claimDue(pluginId, clock.now(), runner.leaseEnd());
      receiver.isClaiming = false;
      if (claim === null) {
        receiver.isHungry = receiver.wasKicked && !this.#isStopping;
      } else {
        this.#startMore();
        const result = await runner.run(claim, () => this.#isStopping);
        if (result !== 'nothing-sent') receiver.isFailing = result === 'failed';
      }
    } catch (error) {
      receiver.isHungry = false;
      logger.warn({ pluginId, err: error }, 'deliveries stopped; a sweep goes on with them');
    } finally {
      receiver.isClaiming = false;
      receiver.active -= 1;
      this.#active -= 1;
      this.#forgetIdle(pluginId, receiver);
      this.#startMore();
      if (this.#isIdle()) for (const resolve of this.#observers.splice(0)) resolve();
    }
  }

  #forgetIdle(pluginId: string, { active, isHungry, isFailing }: Receiver): void {
    if (active === 0 && !isHungry && !isFailing) this.#receivers.delete(pluginId);
  }
}
