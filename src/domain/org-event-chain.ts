import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { OrgEvent } from './org-event.ts';

/** `sha256(prevHash + canonical JSON)` in hex, as for the events of executions. The JSON is canonical by RFC 8785. */
export function hashOrgEvent(event: Omit<OrgEvent, 'hash'>): string {
  const { prevHash, ...facts } = event;
  const json = canonicalize({ ...facts, createdAt: facts.createdAt.toISOString() }) ?? '';
  return createHash('sha256').update(prevHash).update(json).digest('hex');
}

/**
 * Recomputes the chain of one org's events, given in order from the first.
 *
 * @returns the `seq` of the first event that does not fit, or null when the whole chain holds
 */
export function findOrgChainBreak(events: readonly OrgEvent[]): number | null {
  let prevHash = '';
  let expectedSeq = 1;
  for (const event of events) {
    const { hash, ...facts } = event;
    if (event.seq !== expectedSeq || event.prevHash !== prevHash || hash !== hashOrgEvent(facts)) {
      return expectedSeq;
    }
    prevHash = hash;
    expectedSeq += 1;
  }
  return null;
}
