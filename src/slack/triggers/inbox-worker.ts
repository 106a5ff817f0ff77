import { isDatabaseAway } from '../../../models/database-failure.ts';
import type { FindPlace } from '../../../models/slack-inbox-former.ts';
import type { InboxClaim, InboxItem, SlackInbox } from '../../../models/slack-inbox.ts';
import type { Clock } from '../../clock.ts';
import { AppError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type Timers, pause } from '../../timers.ts';
import { AnswerHasToWait } from './answer-has-to-wait.ts';

export interface InboxWorkerDeps {
  inbox: SlackInbox;
  /** Does one thing that came. @throws as the database; AppError, retryable when it shall be done later; AnswerHasToWait */
  work: (item: InboxItem) => Promise<void>;
  findPlace: FindPlace;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

/** Whoever holds a lane and has not renewed its claim after this time has died. */
const leaseMs = 60_000;
/** Nothing is begun with less time than this: well longer than what one message takes, Slack's timeouts included. */
const leastLeftMs = 40_000;
const sweepEveryMs = 10_000;
/** What fails so often is given up. */
const maxAttempts = 30;
const firstRetryMs = 1_000;
const maxRetryMs = 60_000;
/** A timer may end a moment before the clock says so. */
const timerSlackMs = 20;

/** After an item the next one, or the lane is given back: at once, or to be looked at again at `dueAt`. */
type Turn = { kind: 'next' | 'empty' | 'lost' } | { kind: 'rest'; dueAt: Date };

/**
 * Does what is in the inbox. A lane is held by one process at a time, and its items are done one after the other,
 * the oldest of those that are there first; what cannot be done now is waited for, and all that came after it with it.
 * So nothing is taken over that is only queueing, and of a backlog no more than one item of each lane is in memory.
 */
export class InboxWorker {
  readonly #deps: InboxWorkerDeps;
  readonly #working = new Set<Promise<void>>();
  readonly #waits = new Set<() => void>();
  readonly #stopping = new AbortController();

  constructor(deps: InboxWorkerDeps) {
    this.#deps = deps;
  }

  /** Something was put into the lane. Does not wait until it is done. */
  wake(lane: string): void {
    if (this.#stopping.signal.aborted) return;
    const { inbox, clock } = this.#deps;
    this.#keep(async () => {
      const claim = await inbox.claim(lane, clock.now(), this.#leaseEnd());
      if (claim !== null) await this.#run(claim);
    });
  }

  /** From now on takes up what others have left. */
  start(): void {
    this.#keep(() => this.#takeUpWhatIsDue());
    this.#keep(() => this.#takeUpWhatIsLost());
    this.#after(sweepEveryMs, () => this.start());
  }

  /** Resolves when nothing is being done any more. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  /** Begins nothing else, and finishes what was begun. What is left by then is for the others. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    for (const cancel of this.#waits) cancel();
    await Promise.race([this.idle(), pause(this.#deps.timers, timeoutMs)]);
  }

  /** All lanes at once: one that waits for Slack holds up no other. */
  async #takeUpWhatIsDue(): Promise<void> {
    const { inbox, clock } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      const claim = await inbox.claimDue(clock.now(), this.#leaseEnd());
      if (claim === null) return;
      this.#keep(() => this.#run(claim));
    }
  }

  /** What no lane leads to would never be due. */
  async #takeUpWhatIsLost(): Promise<void> {
    const { inbox, clock, findPlace } = this.#deps;
    for (const lane of await inbox.repair(clock.now(), findPlace)) this.wake(lane);
  }

  /** What throws here is left to a sweep, once the claim has run out. */
  #keep(work: () => Promise<void>): void {
    const working = work().catch((error: unknown) => {
      this.#deps.logger.warn({ detail: errorMessage(error) }, 'the inbox cannot be worked on now');
    });
    this.#working.add(working);
    void working.finally(() => this.#working.delete(working));
  }

  async #run(claimed: InboxClaim): Promise<void> {
    const { inbox, clock } = this.#deps;
    let claim: InboxClaim | null = claimed;
    while (claim !== null) {
      claim = await this.#withTime(claim);
      if (claim === null) return;
      if (this.#stopping.signal.aborted) return inbox.rest(claim, clock.now());
      const turn = await this.#takeTurn(claim);
      if (turn.kind === 'lost') return;
      if (turn.kind === 'next') continue;
      if (turn.kind === 'rest') return this.#rest(claim, turn.dueAt);
      if (await inbox.release(claim)) return;
      // Something was put in meanwhile, or the claim is lost.
      claim = await inbox.renew(claim, this.#leaseEnd());
    }
  }

  /** Nothing is begun that another process may be at by the time it is done. */
  async #withTime(claim: InboxClaim): Promise<InboxClaim | null> {
    const leftMs = claim.until.getTime() - this.#deps.clock.now().getTime();
    return leftMs > leastLeftMs ? claim : this.#deps.inbox.renew(claim, this.#leaseEnd());
  }

  async #takeTurn(claim: InboxClaim): Promise<Turn> {
    const { inbox, logger, clock } = this.#deps;
    const item = await inbox.begin(claim);
    if (item === null) return { kind: 'empty' };
    if (item === 'lost') return { kind: 'lost' };
    const { id, attempts } = item;
    try {
      await this.#deps.work(item);
    } catch (error) {
      if (error instanceof AnswerHasToWait && !isAside(claim.id)) {
        await inbox.setAside(claim, id, asideOf(claim.id), clock.now());
        this.wake(asideOf(claim.id));
        return { kind: 'next' };
      }
      if (isForNow(error) && attempts < maxAttempts) {
        logger.info({ id, detail: errorMessage(error) }, 'what a message starts is tried again later');
        const afterMs = error instanceof AppError ? error.retryAfterMs : undefined;
        return { kind: 'rest', dueAt: this.#later(afterMs ?? backoffMs(attempts)) };
      }
      logger.error({ err: error, id }, 'what a message starts could not be done');
    }
    return { kind: (await inbox.remove(claim, id)) ? 'next' : 'lost' };
  }

  async #rest(claim: InboxClaim, dueAt: Date): Promise<void> {
    await this.#deps.inbox.rest(claim, dueAt);
    const delayMs = dueAt.getTime() - this.#deps.clock.now().getTime();
    this.#after(delayMs + timerSlackMs, () => this.wake(claim.id));
  }

  #after(delayMs: number, work: () => void): void {
    if (this.#stopping.signal.aborted) return;
    const cancel = this.#deps.timers.after(delayMs, () => {
      this.#waits.delete(cancel);
      work();
    });
    this.#waits.add(cancel);
  }

  #leaseEnd(): Date {
    return this.#later(leaseMs);
  }

  #later(byMs: number): Date {
    return new Date(this.#deps.clock.now().getTime() + byMs);
  }
}

/** What only waits until it can be answered does not hold up what came after it. */
function asideOf(lane: string): string {
  return `${lane}:answers`;
}

function isAside(lane: string): boolean {
  return lane.endsWith(':answers');
}

/** What is outside, or the database, was away: nothing is wrong with the item. */
function isForNow(error: unknown): boolean {
  return (error instanceof AppError && error.retryable) || isDatabaseAway(error);
}

function backoffMs(attempts: number): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 10));
}
