/** Decides which of the calls that wait comes next. fast-check's scheduler is one, in any order. */
export interface Turns {
  schedule<T>(task: Promise<T>, label?: string): Promise<T>;
  /** How many wait. */
  count(): number;
  /** Lets that many pass. */
  waitNext(count: number): Promise<void>;
}

/** First come, first served, except for what is held back: for a story that is told step by step. */
export class InOrder implements Turns {
  #waiting: { label: string; pass: () => void }[] = [];
  /** Nothing passes whose label begins like this; null: everything does. */
  heldBack: string | null = null;

  schedule<T>(task: Promise<T>, label = ''): Promise<T> {
    return new Promise((resolve, reject) => {
      const pass = (): void => {
        task.then(resolve, reject);
      };
      this.#waiting.push({ label, pass });
    });
  }

  count(): number {
    return this.#ready().length;
  }

  async waitNext(count: number): Promise<void> {
    const next = this.#ready().slice(0, count);
    this.#waiting = this.#waiting.filter((one) => !next.includes(one));
    for (const { pass } of next) pass();
  }

  #ready(): { label: string; pass: () => void }[] {
    const { heldBack } = this;
    return heldBack === null
      ? this.#waiting
      : this.#waiting.filter(({ label }) => !label.startsWith(heldBack));
  }
}
