/** What was asked for costs more than there is left. `words` are a part of a sentence that says why something is undecided. */
export class WorkUsedUp extends Error {
  readonly words: string;

  constructor(words: string) {
    super(words);
    this.words = words;
  }
}

/**
 * What some work may cost, in units of `SchemaBudget`. It is counted and not timed, so that the same question ends at
 * the same place each time.
 */
export class WorkBudget {
  readonly #whole: WorkBudget | null;
  readonly #words: string;
  #left: number;

  /** @param whole what the units are taken from as well: the budget of what this is a part of */
  constructor(units: number, words: string, whole: WorkBudget | null = null) {
    this.#left = units;
    this.#words = words;
    this.#whole = whole;
  }

  /** @throws WorkUsedUp now, and each time from then on */
  spend(units: number): void {
    this.#whole?.spend(units);
    this.#left -= units;
    if (this.#left < 0) throw new WorkUsedUp(this.#words);
  }
}
