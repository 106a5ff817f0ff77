import { readFile } from 'node:fs/promises';
import type { Definition } from '../domain/definition.ts';
import type { Scenario } from '../domain/rehearsal.ts';
import { definitionFromFile } from '../engine/simulate/definition-from-file.ts';
import { parseDefinition } from '../engine/workflows/definition-file.ts';
import { ValidationError } from '../errors.ts';

/** What a definition file says, to be looked at without a database. */
export interface FileToCheck {
  definition: Definition;
  scenarios: readonly Scenario[];
}

/**
 * Reads a file as YAML, or as JSON when its name says so.
 *
 * @throws ValidationError with the name of the file and every place that is wrong; what the system says of one that cannot be read
 */
export async function readDefinitionFile(path: string): Promise<FileToCheck> {
  const text = await readFile(path, 'utf8');
  try {
    const file = parseDefinition(text, path.endsWith('.json') ? 'json' : 'yaml');
    return { definition: definitionFromFile(file), scenarios: file.scenarios ?? [] };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(`${path}: ${error.message}`, error.fields, error.code);
  }
}
