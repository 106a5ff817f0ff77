import type { Definition, Step, StepType } from '../src/domain/definition.ts';
import type { AgentOffer } from '../src/domain/step-resources.ts';
import { stepKindWord, workflowStatusWord } from '../src/domain/workflow-words.ts';
import type { WorkflowStatus } from '../src/domain/workflow.ts';
import { modelWords } from './authoring/model-input.ts';
import { bold } from './elements.ts';
import { clip, inline } from './escape.ts';
import { joinWords, recipientMention } from './people.ts';
import { sameStepRoutes, stepRoutes, type Target } from './step-routes.ts';
import { uniqueStepTitle } from './task-view.ts';

const maxLabelLength = 40;
const maxRoutes = 6;

const statusIcons: Readonly<Record<WorkflowStatus, string>> = {
  DRAFT: '📝',
  ACTIVE: '🟢',
  PAUSED: '⏸️',
  ARCHIVED: '🗄️',
};

const kindIcons: Readonly<Record<StepType, string>> = {
  USER_MESSAGE: '✉️',
  HUMAN: '⚖️',
  PROMPT: '💬',
  AGENT: '🤖',
  TOOL: '🔧',
  WAIT: '⏱️',
};

/** An icon and the words that say the same. */
export function describeWorkflowStatus(status: WorkflowStatus): string {
  return `${statusIcons[status]} ${workflowStatusWord(status)}`;
}

/** The kind of a step in one word. */
export function stepBadge({ type }: Pick<Step, 'type'>): string {
  return `${kindIcons[type]} ${stepKindWord(type)}`;
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
