import { type JsonObject, type JsonValue, assertStorableJson, isJsonObject } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { explainWorkflowStatus } from '../../domain/workflow-words.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';

/** @throws ValidationError with each path that is wrong */
export function requireInputs(inputs: JsonValue, schema: JsonSchema): JsonObject {
  assertStorableJson(inputs, 'inputs');
  const errors = findSchemaErrors(schema, inputs);
  if (errors.length === 0 && isJsonObject(inputs)) return inputs;
  const found = errors.length > 0 ? errors : [{ path: '', message: 'must be an object' }];
  const places = found.map(({ path, message }) => `${path === '' ? 'inputs' : path} ${message}`).join('; ');
  throw new ValidationError(`The inputs do not fit this workflow: ${places}.`, found, 'inputs-invalid');
}

/** @throws ConflictError for a workflow that starts no tasks now, NotFoundError for one that never will again */
export function requireActive({ status, name }: Workflow): void {
  switch (status) {
    case 'ACTIVE':
      return;
    case 'DRAFT':
      throw new ConflictError(`"${name}" is a draft. Activate it before you start tasks.`, 'workflow-draft');
    case 'PAUSED':
      throw new ConflictError(explainWorkflowStatus(status, true), 'workflow-paused');
    case 'ARCHIVED':
      throw new NotFoundError('There is no such workflow.');
  }
}
