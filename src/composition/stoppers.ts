import type { Logger } from '../logger.ts';

/** Undoes what was started, last first, once. */
export class Stoppers {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #stopping: Promise<void> | undefined;

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Takes every step, also after one that failed. Safe to call twice. */
  stop(logger: Logger): Promise<void> {
    this.#stopping ??= this.#run(logger);
    return this.#stopping;
  }

  async #run(logger: Logger): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        logger.warn({ err: error }, 'something did not stop in order');
      }
    }
  }
}
