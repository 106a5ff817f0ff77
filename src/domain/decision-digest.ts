import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type HumanStep, outcomesOf } from './definition.ts';
import type { JsonObject } from './json.ts';

/** What a person decides on, as it is shown to them. */
export interface DecisionSubject {
  revisionId: string;
  step: HumanStep;
  /** The rendered inputs, the message among them. */
  inputs: JsonObject;
  /** What the form starts with. */
  prefilled: JsonObject;
}

/**
 * `sha256` in hex over the canonical JSON (RFC 8785) of the message and inputs, outcomes, form, policy and
 * revision. Not of who is asked: a reassignment changes who decides and not what.
 */
export function decisionDigest({ revisionId, step, inputs, prefilled }: DecisionSubject): string {
  const json = canonicalize({
    revisionId,
    inputs,
    prefilled,
    outcomes: outcomesOf(step),
    form: step.outputSchema ?? null,
    policy: step.policy ?? null,
  });
  return createHash('sha256')
    .update(json ?? '')
    .digest('hex');
}
