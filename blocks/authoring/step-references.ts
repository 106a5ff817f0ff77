import type { Step } from '../../src/domain/definition.ts';

/** What stands in double or triple braces. */
const expressions = /\{\{[^]*?\}\}/g;

/** The steps of whose texts at least one reads what came out of the step called `name`. */
export function stepsThatRead(steps: readonly Step[], name: string): Step[] {
  const reads = readsStep(name);
  return steps.filter((step) =>
    [...JSON.stringify(step).matchAll(expressions)].some(([expression]) => reads.test(expression)),
  );
}

/** The steps after one of them was renamed: handoffs that lead to it and templates that read it follow. */
export function renameStep(steps: readonly Step[], before: string, after: string): Step[] {
  const reads = new RegExp(readsStep(before), 'g');
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.replace(expressions, (expression) => expression.replace(reads, `$1${after}`));
    }
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rename(item)]));
  };
  return steps.map((step) => {
    const renamed = rename(step) as Step;
    if (renamed.handoffs === undefined) return renamed;
    const handoffs = renamed.handoffs.map((handoff) =>
      handoff.to === before ? { ...handoff, to: after } : handoff,
    );
    return { ...renamed, handoffs };
  });
}

function readsStep(name: string): RegExp {
  return new RegExp(`(\\bsteps\\.)${name}(?![\\w])`);
}
