/** What the buttons of the list of agents are called. */
export const agentActions = {
  /** No value. */
  show: 'agents.show',
  create: 'agents.create',
  /** Value: an agent's id. */
  edit: 'agents.edit',
} as const;

export const agentCallbacks = {
  create: 'agents.create_form',
  agent: 'agents.form',
  job: 'agents.job_form',
  model: 'agents.model_form',
  tools: 'agents.tools_form',
  file: 'agents.file_form',
  delete: 'agents.delete_form',
} as const;
