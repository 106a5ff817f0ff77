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
  /** Draws one card anew, unless it shows the workflow as it is. */
  draw: (card: PostedCard) => Promise<void>;
  timers: Timers;
  logger: Logger;
}

/** What changes in quick succession is drawn once; whoever clicked on a card has drawn it by then. */
const coalesceMs = 800;

export function createCardUpdates(deps: CardUpdatesDeps): CardUpdates {
  return new CoalescedCardUpdates(deps);
}

class CoalescedCardUpdates implements CardUpdates {
  readonly #deps: CardUpdatesDeps;
  readonly #cancels = new Map<string, () => void>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: CardUpdatesDeps) {
    this.#deps = deps;
  }

  touch(workflowId: string): void {
    if (this.#isStopped || this.#cancels.has(workflowId)) return;
    const cancel = this.#deps.timers.after(coalesceMs, () => {
      this.#cancels.delete(workflowId);
      this.#run(workflowId);
    });
    this.#cancels.set(workflowId, cancel);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    await Promise.all(this.#running);
  }

  #run(workflowId: string): void {
    const running = this.#drawAll(workflowId).catch((error: unknown) => {
      const fields = { workflowId, detail: errorMessage(error) };
      this.#deps.logger.warn(fields, 'The card of a workflow was not brought up to date');
    });
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #drawAll(workflowId: string): Promise<void> {
    for (const card of await this.#deps.cards.list(workflowId)) await this.#deps.draw(card);
  }
}
