/**
 * Works on keys, at most so many at once, each key by one worker at a time. A key that is added while
 * it is worked on is worked on once more afterwards.
 */
export class WorkQueue {
  readonly #maxParallel: number;
  readonly #work: (key: string) => Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  #observers: { isMet: () => boolean; resolve: () => void }[] = [];

  /** @param work must not reject */
  constructor(maxParallel: number, work: (key: string) => Promise<void>) {
    this.#maxParallel = maxParallel;
    this.#work = work;
  }

  add(key: string): void {
    this.#waiting.add(key);
    this.#startMore();
  }

  has(key: string): boolean {
    return this.#waiting.has(key) || this.#active.has(key);
  }

  isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#active.size === 0;
  }

  async whenIdle(): Promise<void> {
    await this.#when(() => this.isEmpty());
  }

  async whenShorterThan(length: number): Promise<void> {
    await this.#when(() => this.#waiting.size < length);
  }

  async #when(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => {
      this.#observers.push({ isMet, resolve });
    });
  }

  #startMore(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#maxParallel) return;
      if (this.#active.has(key)) continue;
      this.#waiting.delete(key);
      this.#active.add(key);
      void this.#workOn(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    try {
      await this.#work(key);
    } finally {
      this.#active.delete(key);
      this.#startMore();
      const met = this.#observers.filter(({ isMet }) => isMet());
      this.#observers = this.#observers.filter((observer) => !met.includes(observer));
      for (const { resolve } of met) resolve();
    }
  }
}
