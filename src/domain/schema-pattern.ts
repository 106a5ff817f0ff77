import { RE2JS } from 're2js';
import type { SchemaBudget } from './schema-budget.ts';

interface Pattern {
  test(text: string): boolean;
  /** How many instructions it was compiled to: the cost of one character. */
  size: number;
}

const maxCached = 500;
/** Instructions that run over one character in the time of one unit. */
const instructionsPerUnit = 50;
const cache = new Map<string, Pattern>();

/** Patterns run on RE2, in time linear in the text, so that no pattern can block the process. @throws for no pattern */
export function compilePattern(source: string): Pattern {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(source);
  const pattern = {
    test: (text: string): boolean => compiled.matcher(text).find(),
    size: compiled.programSize(),
  };
  if (cache.size >= maxCached) cache.delete(cache.keys().next().value ?? '');
  cache.set(source, pattern);
  return pattern;
}

/** @throws SchemaTooCostly */
export function matchesPattern(source: string, text: string, budget: SchemaBudget): boolean {
  const pattern = compilePattern(source);
  budget.spend(Math.ceil(((text.length + 1) * pattern.size) / instructionsPerUnit));
  return pattern.test(text);
}
