import type { WorkBudget } from './work-budget.ts';

/** A check that would take too long, or has no end. */
export class SchemaTooCostly extends Error {}

/** About a tenth of a second of work at the most; what people send takes a thousandth of it. */
const maxUnits = 250_000;
/** Deeper than data (32 levels) and schemas (24 levels) can lead together. */
const maxDepth = 1_000;

/**
 * What one check may cost: about one unit for each keyword that looks at one value. It bounds a check
 * whatever the schema, and always at the same place, so that a replayed transition decides the same.
 */
export class SchemaBudget {
  readonly #whole: WorkBudget | null;
  #units = maxUnits;
  #depth = 0;

  /** @param whole what the check is a part of, and pays for it. Default: none. */
  constructor(whole: WorkBudget | null = null) {
    this.#whole = whole;
  }

  /** @throws SchemaTooCostly, or WorkUsedUp when the whole has come to its end */
  spend(units: number): void {
    this.#whole?.spend(units);
    this.#units -= units;
    if (this.#units < 0) throw new SchemaTooCostly('the value is too large for what this schema asks of it');
  }

  /** To be followed by `leave`, unless it throws. @throws SchemaTooCostly */
  enter(): void {
    this.spend(1);
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new SchemaTooCostly('the schema refers to itself without end');
  }

  leave(): void {
    this.#depth -= 1;
  }
}
