import canonicalize from 'canonicalize';
import { actorOf } from '../../domain/actor.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Engine } from '../../engine/engine.ts';
import { ConflictError } from '../../errors.ts';
import type { ApiCaller } from '../authentication.ts';

export interface StartOnce {
  workflowId: string;
  inputs: JsonObject;
  /** The header `Idempotency-Key`; undefined: each request starts a task of its own. */
  idempotencyKey: string | undefined;
}

/**
 * Starts a task. The same caller's same key finds the task that it started before, as it stands now.
 *
 * @throws ConflictError when the key was sent before with other inputs, or for another workflow
 * @throws as `Engine.start`
 */
export async function startOnce(
  engine: Engine,
  { caller, orgId, keyId }: ApiCaller,
  { workflowId, inputs, idempotencyKey }: StartOnce,
): Promise<ExecutionState> {
  const state = await engine.start({
    orgId,
    workflowId,
    inputs,
    startedBy: actorOf(caller),
    origin: { kind: 'api' },
    startKey: idempotencyKey === undefined ? null : startKeyOf(keyId, idempotencyKey),
  });
  if (state.workflowId !== workflowId || canonicalize(state.context.inputs) !== canonicalize(inputs)) {
    throw new ConflictError(
      'This Idempotency-Key was sent before with another body. Send a new key for a new task.',
      'idempotency-key-reused',
    );
  }
  return state;
}

function startKeyOf(keyId: string, idempotencyKey: string): string {
  return `api:${keyId}:${idempotencyKey}`;
}
