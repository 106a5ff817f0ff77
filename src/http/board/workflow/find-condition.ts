import { createHash } from 'node:crypto';
import type { Handoff, Step } from '../../../domain/definition.ts';

/** Tells a condition from the others of its step, also when its place or what it says has changed: its name, and all of it. */
export function markOfCondition({ condition, when, to }: Handoff): string {
  return `${digest(condition)}.${digest([condition, when ?? null, to])}`;
}

/**
 * Where the condition stands now that a form was made for: as it was then, or else the only one of its name.
 *
 * @param place where it stood
 * @returns null when it is gone
 */
export function findCondition({ handoffs = [] }: Step, mark: string, place: number): number | null {
  const marks = handoffs.map(markOfCondition);
  if (marks[place] === mark) return place;
  if (marks.includes(mark)) return marks.indexOf(mark);
  const [name = ''] = mark.split('.');
  const named = marks.flatMap((other, index) => (other.startsWith(`${name}.`) ? [index] : []));
  return named.length === 1 ? (named[0] ?? null) : null;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
