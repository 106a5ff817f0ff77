import { z } from 'zod';
import { isJsonObject } from '../../../domain/json.ts';
import type { StoredAgent } from '../../../domain/stored-agent.ts';
import { fingerprint } from '../authoring/authoring-metadata.ts';
import type { Submission } from '../views/submission.ts';
import { decodeMetadata } from '../form-metadata.ts';

/** What the forms of an agent take along. `seen`: what it was when the form was opened. */
export const AgentMetadata = z.object({
  agentId: z.string().max(64),
  seen: z.string().max(64),
  server: z.string().max(63).optional(),
  /** Of a context file; null for a new one. */
  index: z.number().int().min(0).nullable().optional(),
});
export type AgentMetadata = z.infer<typeof AgentMetadata>;

/** The text for `private_metadata`. */
export function encodeAgent(agent: StoredAgent, more: Pick<AgentMetadata, 'server' | 'index'> = {}): string {
  const metadata: AgentMetadata = { agentId: agent.id, seen: seenOf(agent), ...more };
  return JSON.stringify(metadata);
}

export function readAgentMetadata({ view }: Submission): AgentMetadata {
  return decodeMetadata(AgentMetadata, view.private_metadata);
}

/** The same for the same agent, whoever looks. */
export function seenOf(agent: StoredAgent): string {
  const { updatedAt: _changed, ...rest } = agent;
  return fingerprint(sorted(rest));
}

/** The database gives fields back in the order in which they were written. */
function sorted(value: object): unknown {
  if (!isJsonObject(value)) return value;
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}
