/**
 * Works on keys, at most so many at once, each key by one worker at a time. A key that is added while
 * it is worked on is worked on once more afterwards. Groups take turns: however much one of them has added,
 * what another adds is begun as soon as a worker is free.
 */
export class WorkQueue {
  readonly #maxParallel: number;
  readonly #work: (key: string) => Promise<void>;
  readonly #groupOf: (key: string) => string;
  /** By group; the group whose turn it is first. */
  readonly #waiting = new Map<string, Set<string>>();
  /** The group that a waiting key was put into. */
  readonly #groups = new Map<string, string>();
  readonly #active = new Set<string>();
  #observers: { isMet: () => boolean; resolve: () => void }[] = [];

  /**
   * @param work must not reject
   * @param groupOf the group of a key when it is added. Default: there is one group.
   */
  constructor(
    maxParallel: number,
    work: (key: string) => Promise<void>,
    groupOf: (key: string) => string = () => '',
  ) {
    this.#maxParallel = maxParallel;
    this.#work = work;
    this.#groupOf = groupOf;
  }

  add(key: string): void {
    if (!this.#groups.has(key)) {
      const group = this.#groupOf(key);
      this.#groups.set(key, group);
      this.#waiting.set(group, (this.#waiting.get(group) ?? new Set()).add(key));
    }
    this.#startMore();
  }

  has(key: string): boolean {
    return this.#groups.has(key) || this.#active.has(key);
  }

  /** True while nobody has begun to work on it. */
  isWaiting(key: string): boolean {
    return this.#groups.has(key);
  }

  isEmpty(): boolean {
    return this.#groups.size === 0 && this.#active.size === 0;
  }

  async whenIdle(): Promise<void> {
    await this.when(() => this.isEmpty());
  }

  /** Resolves when it is so, at once or after some work was done. */
  async when(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => {
      this.#observers.push({ isMet, resolve });
    });
  }

  #startMore(): void {
    while (this.#active.size < this.#maxParallel) {
      const key = this.#takeNext();
      if (key === null) return;
      this.#active.add(key);
      void this.#workOn(key);
    }
  }

  /** A key of the first group that has one which nobody works on; that group then comes last. */
  #takeNext(): string | null {
    for (const [group, keys] of this.#waiting) {
      for (const key of keys) {
        if (this.#active.has(key)) continue;
        keys.delete(key);
        this.#groups.delete(key);
        this.#waiting.delete(group);
        if (keys.size > 0) this.#waiting.set(group, keys);
        return key;
      }
    }
    return null;
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
