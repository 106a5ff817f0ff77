import { createHash } from 'node:crypto';

/** The first of each list, then the second of each, and so on. */
export function takeTurns(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const turns: string[] = [];
  for (let round = 0; round < longest; round += 1) {
    for (const list of lists) {
      const id = list[round];
      if (id !== undefined) turns.push(id);
    }
  }
  return turns;
}

/**
 * The same lists, and each of them, begun elsewhere: this share of the way through it, and what comes before it last.
 *
 * @param share at least 0 and less than 1
 */
export function beginAt(lists: readonly (readonly string[])[], share: number): string[][] {
  return rotate(lists, share).map((list) => rotate(list, share));
}

/** A share that belongs to the name; those of different names are spread evenly. */
export function shareOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
}

function rotate<Item>(items: readonly Item[], share: number): Item[] {
  const start = Math.floor(items.length * share);
  return [...items.slice(start), ...items.slice(0, start)];
}
