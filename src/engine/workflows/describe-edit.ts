import type { Step } from '../../domain/definition.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OrgEventDraft, OrgEventType } from '../../domain/org-event.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { WorkflowWithSteps } from './workflows.ts';

/** One fact of a change, before it is known who made it. */
export type EditFact = Pick<OrgEventDraft, 'type' | 'subject' | 'data'>;

/** What happened to a workflow between the two; empty when nothing did. Values are in the revision, not here. */
export function describeEdit(before: WorkflowWithSteps, after: WorkflowWithSteps): EditFact[] {
  return [
    ...describeWorkflow(before.workflow, after.workflow),
    ...describeSteps(before.definition.steps, after),
  ];
}

/** A workflow that was not there before. */
export function describeCreation(created: WorkflowWithSteps): EditFact[] {
  const { name, slug, status, teamId, revision } = created.workflow;
  return [
    workflowFact('WORKFLOW_CREATED', created.workflow, { name, slug, status, teamId, revision }),
    ...describeSteps([], created),
  ];
}

function describeWorkflow(before: Workflow, after: Workflow): EditFact[] {
  const facts: EditFact[] = [];
  const { revision } = after;
  const fields = (['name', 'description', 'inputsSchema', 'postTo', 'teamId', 'scenarios'] as const).filter(
    (field) =>
      field === 'postTo'
        ? (before.postTo ?? 'origin') !== (after.postTo ?? 'origin')
        : differs(before[field], after[field]),
  );
  if (fields.length > 0) {
    const renamed = fields.includes('name') ? { from: before.name, to: after.name } : {};
    const moved = fields.includes('teamId') ? { fromTeamId: before.teamId, toTeamId: after.teamId } : {};
    const data = { revision, changed: [...fields], ...renamed, ...moved };
    facts.push(workflowFact('WORKFLOW_CHANGED', after, data));
  }
  if (before.status !== after.status) {
    const data = { revision, from: before.status, to: after.status };
    facts.push(workflowFact('WORKFLOW_STATUS_CHANGED', after, data));
  }
  return facts;
}

function describeSteps(before: readonly Step[], { workflow, definition }: WorkflowWithSteps): EditFact[] {
  const { revision } = workflow;
  const { steps } = definition;
  const facts: EditFact[] = [];
  for (const step of before) {
    if (steps.some(({ id }) => id === step.id)) continue;
    facts.push(stepFact('WORKFLOW_STEP_DELETED', step, { revision, type: step.type }));
  }
  for (const [index, step] of steps.entries()) {
    const earlier = before.find(({ id }) => id === step.id);
    if (earlier === undefined) {
      const data = { revision, type: step.type, description: step.description ?? '', position: index + 1 };
      facts.push(stepFact('WORKFLOW_STEP_CREATED', step, data));
      continue;
    }
    const changed = changedFields(earlier, step);
    if (changed.length === 0) continue;
    const renamed = earlier.name === step.name ? {} : { from: earlier.name, to: step.name };
    facts.push(stepFact('WORKFLOW_STEP_CHANGED', step, { revision, changed, ...renamed }));
  }
  const kept = before.filter(({ id }) => steps.some((step) => step.id === id)).map(({ id }) => id);
  const now = steps.filter(({ id }) => kept.includes(id)).map(({ id }) => id);
  if (differs(kept, now)) {
    const data = { revision, order: steps.map(({ name }) => name) };
    facts.push(workflowFact('WORKFLOW_STEPS_REORDERED', workflow, data));
  }
  return facts;
}

function changedFields(before: Step, after: Step): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter((field) => differs(before[field as keyof Step], after[field as keyof Step]));
}

/** The order of keys counts: forms show the fields of a schema in its order. */
function differs(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function workflowFact(type: OrgEventType, { id, name }: Workflow, data: JsonObject): EditFact {
  return { type, subject: { kind: 'workflow', id, name }, data };
}

function stepFact(type: OrgEventType, { id, name }: Step, data: JsonObject): EditFact {
  return { type, subject: { kind: 'step', id, name }, data };
}
