import { complete, type Definition, findStepByName, type Step } from '../src/domain/definition.ts';
import type { WorkflowStatus } from '../src/domain/workflow.ts';
import { clip, inline } from './escape.ts';
import { joinWords, recipientMention } from './people.ts';
import { humanise } from './task-view.ts';
import { edgesOf } from './upcoming-steps.ts';

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
    case 'WAIT':
      return '⏱️ Wait';
  }
}

/** Who does a step, as the workflow says it; templates are shown as they are. */
export function describeAssignees(step: Step): string {
  if (step.type === 'WAIT') return describeWait(step);
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
  const edges = edgesOf(definition, step);
  const shown = edges.slice(0, maxRoutes).map(({ condition, label, to }, index) => {
    const wrong = to === null && isMissing(definition, step, index);
    const target =
      to === null ? (wrong ? '⚠️ a step that is not there' : 'the end') : inline(humanise(to.name));
    if (label !== null) return `“${clip(inline(label), maxLabelLength)}” → ${target}`;
    return condition === null || edges.length === 1 ? target : `otherwise → ${target}`;
  });
  if (edges.length > maxRoutes) shown.push(`${edges.length - maxRoutes} more`);
  return shown.join('; ');
}

function isMissing(definition: Definition, step: Step, index: number): boolean {
  const handoff = (step.handoffs ?? [])[index];
  return (
    handoff !== undefined && handoff.to !== complete && findStepByName(definition, handoff.to) === undefined
  );
}

function describeWait(step: Extract<Step, { type: 'WAIT' }>): string {
  if (step.for !== undefined) return `for ${step.for}`;
  if (step.signal !== undefined) return `for the signal \`${step.signal}\``;
  return `until \`${clip(inline(step.until ?? '').replaceAll('`', '’'), 80)}\``;
}
