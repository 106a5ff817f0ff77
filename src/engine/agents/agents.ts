import type { AgentInput } from '../../domain/agent.ts';
import type { AgentUse } from '../../domain/agent-use.ts';
import type { AgentOffer } from '../../domain/step-resources.ts';
import type { StoredAgent } from '../../domain/stored-agent.ts';
import type { Manager } from '../people/manager.ts';

/** What is left out stays. */
export type AgentChanges = { [Field in keyof AgentInput]?: AgentInput[Field] | undefined };

/** The agents of an org. Members see them, admins manage them, because they carry tools. Every change is logged. */
export interface Agents {
  /** @throws NotFoundError for another org, PermissionError for handlers' tokens; so does every call here */
  list(by: Manager, orgId: string): Promise<StoredAgent[]>;
  get(by: Manager, orgId: string, agentId: string): Promise<StoredAgent>;
  /** @throws ConflictError when the name is taken */
  create(by: Manager, orgId: string, input: AgentInput): Promise<StoredAgent>;
  /** What is given as undefined is taken away. Runs that have begun keep what they began with. @throws ConflictError when the name is taken */
  change(by: Manager, orgId: string, agentId: string, changes: AgentChanges): Promise<StoredAgent>;
  /** @throws ConflictError `agent-in-use` that names the workflows with steps which it does, or which it listens to */
  delete(by: Manager, orgId: string, agentId: string): Promise<void>;
  /** Which workflows use which agent: those that the caller may see. */
  uses(by: Manager, orgId: string): Promise<AgentUse[]>;
  /** By name, whoever asks. */
  names(orgId: string): Promise<AgentOffer[]>;
  /** Whoever asks; null when the org has no such agent. */
  find(orgId: string, agentId: string): Promise<StoredAgent | null>;
}
