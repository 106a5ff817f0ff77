import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { findBreak } from './hash-chain.ts';
import type { OrgEvent } from './org-event.ts';

/** `sha256(prevHash + canonical JSON)` in hex, as for the events of executions. The JSON is canonical by RFC 8785. */
export function hashOrgEvent(event: Omit<OrgEvent, 'hash'> & { hash?: string }): string {
  const { prevHash, hash: _hash, ...facts } = event;
  const json = canonicalize({ ...facts, createdAt: facts.createdAt.toISOString() }) ?? '';
  return createHash('sha256').update(prevHash).update(json).digest('hex');
}

/**
 * Recomputes the chain of one org's events, given in order from the first.
 *
 * @returns the `seq` of the first event that does not fit, or null when the whole chain holds
 */
export function findOrgChainBreak(events: readonly OrgEvent[]): number | null {
  return findBreak(events, hashOrgEvent)?.seq ?? null;
}
