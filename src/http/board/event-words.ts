import type { EventType } from '../../domain/event.ts';
import type { OrgEventType } from '../../domain/org-event.ts';

/** What can happen in tasks, in the words of whoever looks for it. */
const taskWords: Readonly<Record<EventType, string>> = {
  WORKFLOW_EXECUTION_STARTED: 'Task started',
  WORKFLOW_EXECUTION_COMPLETED: 'Task completed',
  WORKFLOW_EXECUTION_FAILED: 'Task stopped',
  WORKFLOW_EXECUTION_CANCELLED: 'Task cancelled',
  WORKFLOW_EXECUTION_EXPIRED: 'Task expired',
  WORKFLOW_EXECUTION_REROUTED: 'Task sent to another step',
  WORKFLOW_EXECUTION_MOVED: 'Task moved to another revision',
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

/** What can be done to the org itself. */
const orgWords: Readonly<Record<OrgEventType, string>> = {
  WORKFLOW_CREATED: 'Workflow made',
  WORKFLOW_CHANGED: 'Workflow changed',
  WORKFLOW_STATUS_CHANGED: 'Workflow switched on or off',
  WORKFLOW_STEP_CREATED: 'Step added',
  WORKFLOW_STEP_CHANGED: 'Step changed',
  WORKFLOW_STEP_DELETED: 'Step deleted',
  WORKFLOW_STEPS_REORDERED: 'Steps put in another order',
  WORKFLOW_DRAFTED: 'Workflow drafted by a model',
  TRIGGER_CREATED: 'Trigger made',
  TRIGGER_CHANGED: 'Trigger changed',
  TRIGGER_DELETED: 'Trigger deleted',
  BATCH_CHECKED: 'Batch checked',
  BATCH_CHANGED: 'Batch changed',
  MEMBER_ADDED: 'Member added',
  MEMBER_CHANGED: 'Member changed',
  MEMBER_REMOVED: 'Member removed',
  MEMBER_SIGNED_IN: 'Signed in',
  MEMBER_SIGNED_OUT: 'Signed out',
  AWAY_CHANGED: 'Away, or back',
  TEAM_CREATED: 'Team made',
  TEAM_CHANGED: 'Team changed',
  TEAM_DELETED: 'Team deleted',
  API_KEY_CREATED: 'API key made',
  API_KEY_REVOKED: 'API key revoked',
  PLUGIN_CREATED: 'Plugin made',
  PLUGIN_CHANGED: 'Plugin changed',
  PLUGIN_VERIFIED: 'Plugin verified',
  PLUGIN_DELETED: 'Plugin deleted',
  EVENT_HANDLER_ATTACHED: 'Event handler attached',
  EVENT_HANDLER_CHANGED: 'Event handler changed',
  EVENT_HANDLER_DETACHED: 'Event handler detached',
  AGENT_CREATED: 'Agent made',
  AGENT_CHANGED: 'Agent changed',
  AGENT_DELETED: 'Agent deleted',
  AGENT_LISTENER_ATTACHED: 'Agent listens to a workflow',
  AGENT_LISTENER_CHANGED: 'Listening agent changed',
  AGENT_LISTENER_DETACHED: 'Agent listens no more',
  WORKSPACE_INSTALLED: 'Workspace installed',
  WORKSPACE_UNINSTALLED: 'Workspace uninstalled',
  WORKSPACE_TOKEN_REVOKED: 'Workspace token revoked',
};

const words: Readonly<Record<string, string>> = { ...taskWords, ...orgWords };

/** All kinds that the log can be looked through for, in groups. */
export const eventGroups: readonly { name: string; types: readonly string[] }[] = [
  { name: 'Tasks', types: Object.keys(taskWords) },
  { name: 'Workflows, people and settings', types: Object.keys(orgWords) },
];

/** What happened, for people: "Decision given"; of a kind from a later version of Baton, its name as a sentence. */
export function eventWords(type: string): string {
  const known = Object.hasOwn(words, type) ? words[type] : undefined;
  if (known !== undefined) return known;
  const sentence = type
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bapi\b/, 'API');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
