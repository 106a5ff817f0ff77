import { hash as digest } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Actor } from './actor.ts';
import { findBreak } from './hash-chain.ts';
import type { JsonObject } from './json.ts';

export type EventType =
  | 'WORKFLOW_EXECUTION_STARTED'
  | 'WORKFLOW_EXECUTION_COMPLETED'
  | 'WORKFLOW_EXECUTION_FAILED'
  | 'WORKFLOW_EXECUTION_CANCELLED'
  | 'WORKFLOW_EXECUTION_EXPIRED'
  | 'WORKFLOW_EXECUTION_REROUTED'
  | 'WORKFLOW_EXECUTION_MOVED'
  | 'WORKFLOW_STEP_EXECUTION_SCHEDULED'
  | 'WORKFLOW_STEP_EXECUTION_STARTED'
  | 'WORKFLOW_STEP_EXECUTION_COMPLETED'
  | 'WORKFLOW_STEP_EXECUTION_FAILED'
  | 'WORKFLOW_STEP_EXECUTION_CANCELLED'
  | 'WORKFLOW_STEP_EXECUTION_REMINDER'
  | 'WORKFLOW_STEP_EXECUTION_DECIDED'
  | 'WORKFLOW_STEP_EXECUTION_REASSIGNED'
  | 'WORKFLOW_STEP_EXECUTION_ESCALATED'
  | 'WORKFLOW_STEP_EXECUTION_RETRIED';

/** One fact of an execution's history, before it has its place in the chain. */
export interface EventDraft {
  type: EventType;
  stepId: string | null;
  stepName: string | null;
  actor: Actor;
  data: JsonObject;
}

/** An event in its place: `seq` from 1 without a gap, and the hash that chains it to the one before. */
export interface ExecutionEvent extends EventDraft {
  id: string;
  orgId: string;
  workflowId: string;
  executionId: string;
  seq: number;
  prevHash: string;
  hash: string;
  createdAt: Date;
}

/** `sha256(prevHash + canonical JSON)` in hex. The JSON is canonical by RFC 8785. A hash that is there already counts for nothing. */
export function hashEvent(event: Omit<ExecutionEvent, 'hash'> & { hash?: string }): string {
  const { prevHash, hash: _hash, ...facts } = event;
  const json = canonicalize({ ...facts, createdAt: facts.createdAt.toISOString() }) ?? '';
  return digest('sha256', `${prevHash}${json}`, 'hex');
}

/**
 * Recomputes the chain of one execution's events, given in order.
 *
 * @returns the `seq` of the first event that does not fit, or null when the whole chain holds
 */
export function findChainBreak(events: readonly ExecutionEvent[]): number | null {
  return findBreak(events, hashEvent)?.seq ?? null;
}
