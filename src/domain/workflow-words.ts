import type { StepType } from './definition.ts';
import type { WorkflowStatus } from './workflow.ts';

/** The state of a workflow in one word. */
export function workflowStatusWord(status: WorkflowStatus): string {
  return `${status.charAt(0)}${status.slice(1).toLowerCase()}`;
}

/** What the state means for whoever wants to start a task; '' where it goes without saying. */
export function explainWorkflowStatus(status: WorkflowStatus, hasSteps: boolean): string {
  switch (status) {
    case 'DRAFT':
      return hasSteps
        ? 'This workflow is a draft. Activate it, and people can start it.'
        : 'This workflow is a draft without steps. Add a message or a decision first.';
    case 'ACTIVE':
      return '';
    case 'PAUSED':
      return "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.";
    case 'ARCHIVED':
      return 'This workflow is archived. Tasks already running keep going, but new ones cannot be started.';
  }
}

const kindWords: Readonly<Record<StepType, string>> = {
  USER_MESSAGE: 'Message',
  HUMAN: 'Decision',
  PROMPT: 'Prompt',
  AGENT: 'Agent',
  TOOL: 'Tool',
  WAIT: 'Wait',
};

/** The kind of a step in one word. */
export function stepKindWord(type: StepType): string {
  return kindWords[type];
}
