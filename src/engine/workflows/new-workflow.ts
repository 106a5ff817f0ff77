import type { Definition, Step, StepInput } from '../../domain/definition.ts';
import type { IdSource } from '../../domain/ids.ts';
import { type Workflow, slugify } from '../../domain/workflow.ts';
import { ValidationError } from '../../errors.ts';
import { withScenarios } from './scenarios.ts';
import type { CreateWorkflow } from './workflows.ts';

const maxNameLength = 100;

/** The first state of a workflow. @throws ValidationError when the name is no name */
export function newWorkflow(request: CreateWorkflow, newId: IdSource, now: Date): Workflow {
  const name = requireName(request.name);
  const { orgId, teamId, inputsSchema, status, createdBy } = request;
  return {
    id: request.id ?? newId(),
    orgId,
    teamId,
    name,
    slug: slugify(name),
    description: request.description.trim(),
    status,
    revision: 1,
    revisionId: newId(),
    inputsSchema,
    ...(request.postTo === undefined ? {} : { postTo: request.postTo }),
    ...withScenarios(request.scenarios, 0),
    createdBy,
    createdAt: now,
    updatedAt: now,
  };
}

/** The name without space around it. @throws ValidationError */
export function requireName(text: string): string {
  const name = text.trim();
  if (name.length > 0 && name.length <= maxNameLength) return name;
  const message = `must have 1 to ${maxNameLength} characters`;
  throw new ValidationError(`The name ${message}.`, [{ path: 'name', message }]);
}

/** Steps that have no id get one. */
export function withIds(steps: readonly StepInput[], newId: IdSource): Step[] {
  return steps.map((step) => ({ ...step, id: step.id ?? newId() }));
}

export function definitionOf(workflow: Workflow, steps: Step[]): Definition {
  const { revisionId, revision, id: workflowId, orgId, name, inputsSchema, postTo } = workflow;
  const definition = { revisionId, revision, workflowId, orgId, name, inputsSchema, steps };
  return postTo === undefined ? definition : { ...definition, postTo };
}
