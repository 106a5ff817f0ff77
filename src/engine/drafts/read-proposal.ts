import type { z } from 'zod';
import { type Definition, type Step, StepInput } from '../../domain/definition.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { StepResources } from '../../domain/step-resources.ts';
import type { ProposedWorkflow } from '../../domain/workflow-draft.ts';
import { type ProposedStep, WorkflowProposal } from '../../domain/workflow-proposal.ts';
import { readUntrusted } from '../../domain/zod-issue.ts';
import { AppError, type FieldError } from '../../errors.ts';
import { checkDefinition } from '../workflows/check-definition.ts';
import { checkResources } from '../workflows/check-resources.ts';
import { lintDefinition } from '../lint/lint-definition.ts';
import { requireName } from '../workflows/new-workflow.ts';

export type ReadProposal =
  | { workflow: ProposedWorkflow; errors: [] }
  | { workflow: null; errors: FieldError[] };

const maxErrors = 20;

/**
 * A model's answer as a workflow that could be made, by the same rules as what people make: its form, the rules of saving,
 * what it names, and the certain errors of the check. Else everything that is wrong, to be told to the model.
 */
export function readProposal(value: JsonValue, resources: StepResources): ReadProposal {
  const parsed = readUntrusted(WorkflowProposal, value);
  if (!parsed.success) return refuse(toFieldErrors(parsed.error));
  const { name, description, inputsSchema, assumptions } = parsed.data;
  const errors: FieldError[] = [];
  const steps = parsed.data.steps.flatMap((proposed, index): Step[] => {
    const step = toStep(proposed, resources, `steps/${index}`, errors);
    return step === null ? [] : [{ ...step, id: `step-${index}` }];
  });
  if (errors.length > 0) return refuse(errors);
  try {
    requireName(name);
    checkDefinition({ inputsSchema: inputsSchema as JsonSchema, steps });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refuse(error.fields.length > 0 ? error.fields : [{ path: 'name', message: error.message }]);
  }
  const found = [...checkAll(steps, resources), ...lint(name, inputsSchema as JsonSchema, steps, resources)];
  if (found.length > 0) return refuse(found);
  const workflow: ProposedWorkflow = {
    name: requireName(name),
    description,
    inputsSchema: inputsSchema as JsonSchema,
    steps: steps.map(({ id: _id, ...step }) => step as StepInput),
    assumptions,
  };
  return { workflow, errors: [] };
}

function toStep(
  { agent, ...fields }: ProposedStep,
  { agents }: StepResources,
  path: string,
  errors: FieldError[],
): StepInput | null {
  const wanted = agent?.trim().toLowerCase();
  const found = agents.find(({ name }) => name.toLowerCase() === wanted);
  if (wanted !== undefined && found === undefined) {
    const names = agents.map(({ name }) => `"${name}"`).join(', ') || 'none';
    errors.push({ path: `${path}/agent`, message: `must be the name of an agent that exists: ${names}` });
  }
  const parsed = readUntrusted(StepInput, {
    ...fields,
    ...(found === undefined ? {} : { agentId: found.id }),
  });
  if (parsed.success) return parsed.data;
  if (found === undefined && wanted !== undefined) return null;
  errors.push(...toFieldErrors(parsed.error).map((error) => ({ ...error, path: `${path}/${error.path}` })));
  return null;
}

function checkAll(steps: readonly Step[], resources: StepResources): FieldError[] {
  const all = steps.map((step, index) => ({ step, index }));
  return checkResources(all, resources).errors;
}

/** Only what is certain to go wrong; a warning may be meant, and a person will see it. */
function lint(name: string, inputsSchema: JsonSchema, steps: Step[], resources: StepResources): FieldError[] {
  const definition: Definition = {
    revisionId: '',
    revision: 1,
    workflowId: '',
    orgId: '',
    name,
    inputsSchema,
    steps,
  };
  return lintDefinition(definition, resources).flatMap(({ severity, stepName, part, message, fix }) => {
    if (severity !== 'error') return [];
    const index = steps.findIndex((step) => step.name === stepName);
    const at = index === -1 ? '' : `steps/${index}${part === null ? '' : `/${part}`}`;
    return [{ path: at, message: `${message} ${fix}` }];
  });
}

function refuse(errors: FieldError[]): ReadProposal {
  return { workflow: null, errors: errors.slice(0, maxErrors) };
}

function toFieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('/'), message }));
}
