import type { Definition, Step } from '../../domain/definition.ts';
import { deriveId } from '../../domain/ids.ts';
import { checkDefinition } from '../workflows/check-definition.ts';
import { type DefinitionFile, importDefinition } from '../workflows/definition-file.ts';

/**
 * A workflow out of a file, to be rehearsed and never stored: its ids say nothing.
 *
 * @throws ValidationError with every place that is wrong
 */
export function definitionFromFile(file: DefinitionFile): Definition {
  const { name, inputsSchema, steps } = importDefinition(file);
  const definition: Definition = {
    revisionId: deriveId('file', 'revision'),
    revision: 1,
    workflowId: deriveId('file', 'workflow'),
    orgId: deriveId('file', 'org'),
    name,
    inputsSchema,
    steps: steps.map((step): Step => ({ ...step, id: deriveId('file', step.name) })),
  };
  checkDefinition(definition);
  return definition;
}
