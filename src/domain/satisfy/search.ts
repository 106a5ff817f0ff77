import type { JsonValue } from '../json.ts';
import type { WorkBudget } from '../work-budget.ts';
import type { Found, SchemaLiteral } from './schema-literal.ts';

/** The search for a value at one place, as the solvers of the types see it. */
export interface Search {
  /** Looks for a value of a part: a field, an item. */
  find(literals: readonly SchemaLiteral[]): Found;
  /** True when the value is one that is looked for, whatever the facts say. */
  isRight(value: JsonValue): boolean;
  /** What the search may still cost. */
  budget: WorkBudget;
}
