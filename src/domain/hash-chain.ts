/** What every event of a hash chain has. */
export interface ChainLink {
  /** From 1, without a gap. */
  seq: number;
  prevHash: string;
  hash: string;
}

/**
 * What is wrong with the first event that does not fit. `missing`: it is not there. `changed`: its hash is
 * not that of what it says. `unchained`: it does not follow from the event before it.
 */
export type ChainProblem = 'missing' | 'changed' | 'unchained';

export interface ChainBreak {
  seq: number;
  problem: ChainProblem;
}

/** How far a chain has been checked. */
export interface ChainHead {
  seq: number;
  hash: string;
}

export const chainStart: ChainHead = { seq: 0, hash: '' };

/** Whether an event continues the chain. @returns what is wrong, or null */
export function checkLink<Link extends ChainLink>(
  head: ChainHead,
  link: Link,
  hashOf: (link: Link) => string,
): ChainBreak | null {
  if (link.seq !== head.seq + 1) return { seq: head.seq + 1, problem: 'missing' };
  if (link.hash !== hashOf(link)) return { seq: link.seq, problem: 'changed' };
  if (link.prevHash !== head.hash) return { seq: link.seq, problem: 'unchained' };
  return null;
}

/** Checks events in order, from the first. @returns what is wrong with the first that does not fit, or null */
export function findBreak<Link extends ChainLink>(
  links: readonly Link[],
  hashOf: (link: Link) => string,
): ChainBreak | null {
  let head = chainStart;
  for (const link of links) {
    const found = checkLink(head, link, hashOf);
    if (found !== null) return found;
    head = link;
  }
  return null;
}
