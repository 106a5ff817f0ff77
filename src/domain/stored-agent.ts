import type { Actor } from './actor.ts';
import type { AgentInput } from './agent.ts';

/** An agent of an org. Its runs are pinned to what it was when they began. */
export type StoredAgent = AgentInput & {
  id: string;
  orgId: string;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
};
