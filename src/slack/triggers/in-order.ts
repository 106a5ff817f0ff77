/** Does what has the same key one after the other, in the order in which it was asked for; what has another key beside it. */
export class InOrder {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** @throws what the work throws; what comes after it is done all the same */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === mine) this.#tails.delete(key);
    }
  }
}
