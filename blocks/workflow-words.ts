import type { Definition, Step } from '../src/domain/definition.ts';
import type { AgentOffer } from '../src/domain/step-resources.ts';
import type { WorkflowStatus } from '../src/domain/workflow.ts';
import { modelWords } from './authoring/model-input.ts';
import { bold } from './elements.ts';
import { clip, inline } from './escape.ts';
import { joinWords, recipientMention } from './people.ts';
import { sameStepRoutes, stepRoutes, type Target } from './step-routes.ts';
import { uniqueStepTitle } from './task-view.ts';

const maxLabelLength = 40;
const maxRoutes = 6;

/** An icon and the words that say the same. */
export function describeWorkflowStatus(status: WorkflowStatus): string {
  switch (status) {
    case 'DRAFT':
      return '📝 Draft';
    case 'ACTIVE':
      return '🟢 Active';
    case 'PAUSED':
      return '⏸️ Paused';
    case 'ARCHIVED':
      return '🗄️ Archived';
  }
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

/** The kind of a step in one word. */
export function stepBadge(step: Step): string {
  switch (step.type) {
    case 'USER_MESSAGE':
      return '✉️ Message';
    case 'HUMAN':
      return '⚖️ Decision';
    case 'PROMPT':
      return '💬 Prompt';
    case 'AGENT':
      return '🤖 Agent';
    case 'TOOL':
      return '🔧 Tool';
    case 'WAIT':
      return '⏱️ Wait';
  }
}

/** Who does a step, as the workflow says it; templates are shown as they are. */
export function describeAssignees(step: Step, agents: readonly AgentOffer[] = []): string {
  if (step.type === 'WAIT') return describeWait(step);
  if (step.type === 'TOOL') return `by \`${inline(step.tool)}\` of \`${inline(step.toolServer)}\``;
  if (step.type === 'PROMPT') return `by ${inline(modelWords(step))}`;
  if (step.type === 'AGENT') {
    const agent = agents.find(({ id }) => id === step.agentId);
    return agent === undefined ? 'by an agent' : `by ${bold(clip(agent.name, 80))}`;
  }
  const own = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  const all = [...own, ...(step.assignees ?? [])];
  if (all.length === 0) return 'for the person who starts it';
  return `for ${joinWords(
    all.map((text) =>
      text.includes('{{') ? `\`${clip(inline(text).replaceAll('`', '’'), 80)}\`` : recipientMention(text),
    ),
    'or',
  )}`;
}

/** "“Approve” → Tell the customer; “Reject” → the end": where a step leads, in mrkdwn. */
export function describeRoutes(definition: Definition, step: Step): string {
  const routes = stepRoutes(definition, step);
  const shown = routes.slice(0, maxRoutes).map(({ label, target }) => {
    const to = describeTarget(definition, target);
    if (label !== null) return `${quoted(label)} → ${to}`;
    return routes.length === 1 ? to : `otherwise → ${to}`;
  });
  if (routes.length > maxRoutes) shown.push(`${routes.length - maxRoutes} more`);
  return shown.join('; ');
}

/** A line for each refusal that leads to the same step as an approval, in mrkdwn. */
export function warnOfRoutes(definition: Definition, step: Step): string[] {
  return sameStepRoutes(definition, step).map(({ refusal, approval }) => {
    const same = `⚠️ ${quoted(refusal.label)} leads to the same step as ${quoted(approval.label)}.`;
    return `${same} ${refusal.chosen ? 'Change its route if that is not meant.' : 'Choose its route.'}`;
  });
}

function describeTarget({ steps }: Definition, target: Target): string {
  switch (target.kind) {
    case 'step':
      return inline(uniqueStepTitle(steps, target.step));
    case 'end':
      return 'the end';
    case 'missing':
      return '⚠️ a step that is not there';
    case 'nowhere':
      return '⚠️ nowhere, the task stops';
  }
}

function quoted(label: string | null): string {
  return `“${clip(inline(label ?? ''), maxLabelLength)}”`;
}

function describeWait(step: Extract<Step, { type: 'WAIT' }>): string {
  if (step.for !== undefined) return `for ${step.for}`;
  if (step.signal !== undefined) return `for the signal \`${step.signal}\``;
  return `until \`${clip(inline(step.until ?? '').replaceAll('`', '’'), 80)}\``;
}
