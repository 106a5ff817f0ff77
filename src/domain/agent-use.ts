/** A workflow with a step that the agent does. */
export interface AgentUse {
  agentId: string;
  workflowId: string;
  workflowName: string;
}
