/** A workflow with a step that the agent does, or one that the agent listens to. */
export interface AgentUse {
  agentId: string;
  how: 'step' | 'listener';
  workflowId: string;
  workflowName: string;
  /** The team that owns the workflow; null: the org. */
  teamId: string | null;
}
