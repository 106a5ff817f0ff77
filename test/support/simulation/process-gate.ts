import type { Turns } from './turns.ts';

/**
 * How the database fails for a process: before the write; after it, so that only the answer is lost; or
 * the process gives up waiting, and the write is done at some later time, whatever has become of the process.
 */
export type DatabaseFault = 'before' | 'after' | 'late';

/** What the process is told then. */
export class DatabaseGone extends Error {}

/**
 * The border of a simulated process. Everything that leaves or enters it waits here for its
 * turn; once the process has died nothing ever does.
 */
export class ProcessGate {
  readonly name: string;
  readonly #turns: Turns;
  #isAlive = true;

  constructor(name: string, turns: Turns) {
    this.name = name;
    this.#turns = turns;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Ends the process at whatever point it is. */
  kill(): void {
    this.#isAlive = false;
  }

  /** For what is on its way already, and comes even if the process dies. */
  async passLate(what: string): Promise<void> {
    await this.#turns.schedule(Promise.resolve(), `${this.name} late ${what}`);
  }

  async pass(what: string): Promise<void> {
    if (this.#isAlive) await this.#turns.schedule(Promise.resolve(), `${this.name} ${what}`);
    if (!this.#isAlive) await new Promise<never>(() => {});
  }
}
