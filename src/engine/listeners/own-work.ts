import type { AgentListener } from '../../domain/agent-listener.ts';
import type { Definition } from '../../domain/definition.ts';
import { type JsonValue, isJsonObject } from '../../domain/json.ts';
import type { OutboundEvent } from '../../domain/outbound-event.ts';

/**
 * Of the events of one task, in order, those that the agent's own work has caused: of a step that it does itself
 * (`AGENT` steps of the same agent), of what is done with a key of its tools, and what followed from these in
 * the same transition.
 */
export function ownWork(
  { agentId, ignoreKeys }: Pick<AgentListener, 'agentId' | 'ignoreKeys'>,
  definition: Definition,
  events: readonly OutboundEvent[],
): Set<string> {
  const own = new Set<string>();
  const keys = new Set([...ignoreKeys, `agent:${agentId}`]);
  let causedAtMs: number | null = null;
  for (const { id, stepId, createdAt, data } of events) {
    const step = definition.steps.find((candidate) => candidate.id === stepId);
    const isOwnStep = step?.type === 'AGENT' && step.agentId === agentId;
    if (isOwnStep || isByKey(data['actor'], keys)) causedAtMs = createdAt.getTime();
    if (causedAtMs === createdAt.getTime()) own.add(id);
  }
  return own;
}

/** True for a task that was started with one of the keys, or by the agent itself. */
export function isByKey(actor: JsonValue | undefined, keys: ReadonlySet<string>): boolean {
  if (!isJsonObject(actor) || actor['kind'] !== 'key') return false;
  const { keyId } = actor;
  return typeof keyId === 'string' && keys.has(keyId);
}
