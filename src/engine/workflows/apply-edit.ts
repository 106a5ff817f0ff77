import type { Step } from '../../domain/definition.ts';
import { slugify } from '../../domain/workflow.ts';
import { describeEdit } from './describe-edit.ts';
import { definitionOf, requireName } from './new-workflow.ts';
import { withScenarios } from './scenarios.ts';
import type { WorkflowChanges, WorkflowWithSteps } from './workflows.ts';

/** A change whose steps have their ids. */
export type Edit = Omit<WorkflowChanges, 'steps'> & { steps?: Step[] };

/**
 * The workflow as it stands after the change. A change of the definition makes a new revision; one of status, team or
 * scenarios does not.
 *
 * @param newRevisionId is used when there is a new revision
 * @throws ValidationError when the name is no name
 */
export function applyEdit(
  before: WorkflowWithSteps,
  { steps, scenarios, ...fields }: Edit,
  { newRevisionId, now }: { newRevisionId: string; now: Date },
): WorkflowWithSteps {
  const tests = withScenarios(scenarios, before.workflow.scenariosVersion ?? 0);
  const name = fields.name === undefined ? before.workflow.name : requireName(fields.name);
  const description = fields.description?.trim() ?? before.workflow.description;
  const { status, teamId } = before.workflow;
  const base = { ...before.workflow, ...fields, name, description, updatedAt: now };
  const changed = { ...base, ...tests };
  const definition = definitionOf(changed, steps ?? before.definition.steps);
  const isSameDefinition =
    describeEdit(before, { workflow: { ...base, status, teamId }, definition }).length === 0;
  if (isSameDefinition) return { workflow: changed, definition: before.definition };
  const workflow = {
    ...changed,
    // A name that stays keeps its slug, whatever rule it was made by.
    slug: name === before.workflow.name ? changed.slug : slugify(name),
    revision: changed.revision + 1,
    revisionId: newRevisionId,
  };
  return { workflow, definition: definitionOf(workflow, definition.steps) };
}
