import type { Delivery, LaneClaim } from '../domain/delivery.ts';
import type { DeliveryOutcome, DeliveryStore } from '../domain/delivery-store.ts';
import type { Logger } from '../logger.ts';
import type { FindReceiver, Receiver } from './receiver.ts';
import { type SendDeps, sendDelivery } from './send-delivery.ts';

export interface LaneRunnerDeps extends SendDeps {
  deliveries: DeliveryStore;
  findReceiver: FindReceiver;
  /** How long a claim of a lane lasts, well longer than an exchange. */
  leaseMs: number;
  /** How long an exchange may take. */
  timeoutMs: number;
  /** Is told of each attempt, to count it. Absent: nobody is. */
  onSent?: SentMeter;
  logger: Logger;
}

/** Must not throw. */
export type SentMeter = (result: DeliveryOutcome['kind']) => void;

/** How the receiver took the last event that it was sent. */
export type LaneResult = 'delivered' | 'failed' | 'nothing-sent';

type Turn =
  | { kind: 'again'; result?: LaneResult }
  /** `dueAt`: when to look at the lane again; null: it is empty. */
  | { kind: 'leave'; dueAt: Date | null; result?: LaneResult }
  | { kind: 'lost' };

/** A handler is stored after its first event, so one that is not there may be about to come. */
const graceMs = 60_000;
const graceDelayMs = 2_000;
/** Besides the exchange itself: to record what came of it. */
const recordingMs = 5_000;

/** Sends what is in lanes that were claimed. */
export class LaneRunner {
  readonly #deps: LaneRunnerDeps;

  constructor(deps: LaneRunnerDeps) {
    this.#deps = deps;
  }

  /** Until when a claim that is taken now lasts. */
  leaseEnd(): Date {
    return this.#later(this.#deps.leaseMs);
  }

  /**
   * One event after the other, until the lane is empty, or its first event has to wait, or another worker
   * has the lane. When it rejects, whoever claims the lane after this claim goes on.
   *
   * @param isStopping true when nothing else is to be begun
   */
  async run(claimed: LaneClaim, isStopping: () => boolean): Promise<LaneResult> {
    const { deliveries, clock } = this.#deps;
    let claim: LaneClaim | null = claimed;
    let result: LaneResult = 'nothing-sent';
    while (claim !== null) {
      claim = await this.#withTime(claim);
      if (claim === null) break;
      const turn: Turn = isStopping() ? { kind: 'leave', dueAt: clock.now() } : await this.#takeTurn(claim);
      if (turn.kind === 'lost') break;
      result = turn.result ?? result;
      if (turn.kind === 'again') continue;
      if (await deliveries.release(claim, turn.dueAt)) break;
      // Something was put in meanwhile, or the claim is lost.
      claim = await deliveries.renew(claim, this.leaseEnd());
    }
    return result;
  }

  /** Nothing is begun that another worker may do by the time it is done. */
  async #withTime(claim: LaneClaim): Promise<LaneClaim | null> {
    const { clock, timeoutMs, deliveries } = this.#deps;
    const leftMs = claim.until.getTime() - clock.now().getTime();
    return leftMs > timeoutMs + recordingMs ? claim : deliveries.renew(claim, this.leaseEnd());
  }

  async #takeTurn(claim: LaneClaim): Promise<Turn> {
    const { deliveries, clock } = this.#deps;
    const delivery = await deliveries.begin(claim);
    if (delivery === 'lost') return { kind: 'lost' };
    if (delivery === null) return { kind: 'leave', dueAt: null };
    const { nextAttemptAt } = delivery;
    if (nextAttemptAt !== null && nextAttemptAt > clock.now()) return { kind: 'leave', dueAt: nextAttemptAt };
    const receiver = await this.#deps.findReceiver(claim.lane);
    if (receiver === null) return this.#forgetOrphans(claim, delivery);
    if (!receiver.enabled) {
      await deliveries.bury(claim, 'The handler is disabled.', clock.now());
      return { kind: 'again' };
    }
    return this.#send(claim, delivery, receiver);
  }

  async #send(claim: LaneClaim, delivery: Delivery, receiver: Receiver): Promise<Turn> {
    const { deliveries, clock, logger } = this.#deps;
    const { attempt, outcome, isGone } = await sendDelivery(this.#deps, receiver, delivery);
    this.#deps.onSent?.(outcome.kind);
    if (!(await deliveries.record(delivery, claim.fence, attempt, outcome, clock.now()))) {
      return { kind: 'lost' };
    }
    const { status, error } = attempt;
    const fields = { handlerId: claim.lane.handlerId, eventId: delivery.eventId, status, reason: error };
    if (isGone) {
      logger.warn(fields, 'receiver answered 410; its handler was disabled');
      await receiver.disable();
      await deliveries.bury(claim, 'The handler is disabled.', clock.now());
      return { kind: 'again', result: 'failed' };
    }
    switch (outcome.kind) {
      case 'delivered':
        return { kind: 'again', result: 'delivered' };
      case 'retry':
        logger.debug(fields, 'event not delivered; it is tried again');
        return { kind: 'leave', dueAt: outcome.at, result: 'failed' };
      case 'dead':
        logger.warn(fields, 'event given up; it can be replayed');
        return { kind: 'again', result: 'failed' };
    }
  }

  /** What a detached handler left, or what was noted for it while it was detached. */
  async #forgetOrphans({ lane }: LaneClaim, { createdAt, queuedAt }: Delivery): Promise<Turn> {
    const { deliveries, clock } = this.#deps;
    const newest = Math.max(createdAt.getTime(), queuedAt.getTime());
    const isNew = clock.now().getTime() - newest < graceMs;
    if (isNew) return { kind: 'leave', dueAt: this.#later(graceDelayMs) };
    await deliveries.removeOf(lane.handlerId);
    return { kind: 'lost' };
  }

  #later(byMs: number): Date {
    return new Date(this.#deps.clock.now().getTime() + byMs);
  }
}
