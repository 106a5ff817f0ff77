const words: Readonly<Record<string, string>> = {
  MEMBER_SIGNED_IN: 'Signed in',
  MEMBER_SIGNED_OUT: 'Signed out',
  MEMBER_CHANGED: 'Member changed',
  WORKFLOW_CREATED: 'Workflow made',
  WORKFLOW_CHANGED: 'Workflow changed',
  WORKFLOW_STATUS_CHANGED: 'Workflow switched on or off',
  API_KEY_CREATED: 'API key made',
  API_KEY_REVOKED: 'API key revoked',
  WORKFLOW_EXECUTION_STARTED: 'Task started',
  WORKFLOW_EXECUTION_COMPLETED: 'Task completed',
  WORKFLOW_EXECUTION_FAILED: 'Task stopped',
  WORKFLOW_EXECUTION_CANCELLED: 'Task cancelled',
  WORKFLOW_EXECUTION_EXPIRED: 'Task expired',
  WORKFLOW_EXECUTION_REROUTED: 'Task sent to another step',
  WORKFLOW_STEP_EXECUTION_SCHEDULED: 'Step reached',
  WORKFLOW_STEP_EXECUTION_STARTED: 'Step begun',
  WORKFLOW_STEP_EXECUTION_COMPLETED: 'Step completed',
  WORKFLOW_STEP_EXECUTION_FAILED: 'Step failed',
  WORKFLOW_STEP_EXECUTION_CANCELLED: 'Step cancelled',
  WORKFLOW_STEP_EXECUTION_REMINDER: 'Reminder sent',
  WORKFLOW_STEP_EXECUTION_DECIDED: 'Decision given',
  WORKFLOW_STEP_EXECUTION_REASSIGNED: 'Somebody else asked',
  WORKFLOW_STEP_EXECUTION_ESCALATED: 'Escalated',
  WORKFLOW_STEP_EXECUTION_RETRIED: 'Tried again',
};

/** The kinds that the log is looked through for most. */
export const eventTypes: readonly string[] = Object.keys(words);

/** What happened, for people: "Decision given"; of a kind without words of its own, its name as a sentence. */
export function eventWords(type: string): string {
  const known = Object.hasOwn(words, type) ? words[type] : undefined;
  if (known !== undefined) return known;
  const sentence = type
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bapi\b/, 'API');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
