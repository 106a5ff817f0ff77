import type { Way } from './schema-facts.ts';

/** What one keyword asks: the ways in which a value keeps to it, and the ways in which it does not. */
export interface Keyword {
  kept: readonly Way[];
  broken: readonly Way[];
}
