import type { PostedCard, PostedCards } from '../../models/posted-card.ts';
import { errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

/** Keeps the cards of workflows that were posted in conversations up to date, whoever changes the workflow. */
export interface CardUpdates {
  /** A workflow has changed: its cards show that soon. Never throws. */
  touch(workflowId: string): void;
  /** Begins nothing new, and waits for what is being drawn. */
  stop(): Promise<void>;
}

export interface CardUpdatesDeps {
  cards: PostedCards;
  /**
   * Draws one card anew, unless it shows the workflow as it is.
   * @param attempts how often the cards of this workflow could not be drawn before
   * @returns after how many milliseconds to try again, because Slack could not take it now; null: it is settled
   */
  draw: (card: PostedCard, attempts: number) => Promise<number | null>;
  timers: Timers;
  logger: Logger;
}

/** What changes in quick succession is drawn once; whoever clicked on a card has drawn it by then. */
const coalesceMs = 800;
/** After a failure that says nothing about when to try again, such as that of the database. */
const retryMs = 5_000;

export function createCardUpdates(deps: CardUpdatesDeps): CardUpdates {
  return new CoalescedCardUpdates(deps);
}

class CoalescedCardUpdates implements CardUpdates {
  readonly #deps: CardUpdatesDeps;
  readonly #planned = new Map<string, { cancel: () => void; attempts: number }>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: CardUpdatesDeps) {
    this.#deps = deps;
  }

  touch(workflowId: string): void {
    this.#drawAfter(workflowId, coalesceMs, 0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { cancel } of this.#planned.values()) cancel();
    await Promise.all(this.#running);
  }

  /** A change that comes before a repetition takes its place. */
  #drawAfter(workflowId: string, delayMs: number, attempts: number): void {
    if (this.#isStopped) return;
    const planned = this.#planned.get(workflowId);
    if (planned !== undefined && (attempts > 0 || planned.attempts === 0)) return;
    planned?.cancel();
    const cancel = this.#deps.timers.after(delayMs, () => {
      this.#planned.delete(workflowId);
      this.#run(workflowId, attempts);
    });
    this.#planned.set(workflowId, { cancel, attempts });
  }

  #run(workflowId: string, attempts: number): void {
    const running = this.#drawAll(workflowId, attempts)
      .catch((error: unknown) => {
        const fields = { workflowId, detail: errorMessage(error) };
        this.#deps.logger.warn(fields, 'The card of a workflow was not brought up to date');
        return retryMs;
      })
      .then((againMs) => {
        if (againMs !== null) this.#drawAfter(workflowId, againMs, attempts + 1);
      });
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #drawAll(workflowId: string, attempts: number): Promise<number | null> {
    let againMs: number | null = null;
    for (const card of await this.#deps.cards.list(workflowId)) {
      const afterMs = await this.#deps.draw(card, attempts);
      if (afterMs !== null) againMs = Math.max(afterMs, againMs ?? 0);
    }
    return againMs;
  }
}
