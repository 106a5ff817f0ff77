import type { Definition } from '../../src/domain/definition.ts';
import { assertTemplate, templatePaths } from '../../src/domain/template-syntax.ts';
import { errorMessage } from '../../src/errors.ts';
import { clip } from '../escape.ts';
import { findUnknownVariable } from '../template-variables.ts';

const maxProblemLength = 300;

/** Why the text is no template that this workflow can fill in; null when it is one. */
export function findTemplateProblem(
  text: string,
  definition: Pick<Definition, 'inputsSchema' | 'steps'>,
): string | null {
  try {
    assertTemplate(text, 'The text');
  } catch (error) {
    return clip(errorMessage(error), maxProblemLength);
  }
  for (const path of templatePaths(text)) {
    const problem = findUnknownVariable(path, definition);
    if (problem !== null) return clip(problem, maxProblemLength);
  }
  return null;
}
