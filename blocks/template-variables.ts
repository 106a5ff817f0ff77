import type { Definition } from '../src/domain/definition.ts';
import { isJsonObject, type JsonValue } from '../src/domain/json.ts';

const maxDepth = 4;

/** The values that a template of a step at the end of the workflow can use, such as `inputs.amount`. */
export function listVariables({ inputsSchema, steps }: Pick<Definition, 'inputsSchema' | 'steps'>): string[] {
  const fromSteps = steps
    .filter(({ type }) => type === 'HUMAN')
    .flatMap(({ name }) => [`steps.${name}.condition`, `steps.${name}.actor.name`, `steps.${name}.comment`]);
  return [...listProperties(inputsSchema, 'inputs', 0), ...fromSteps];
}

/** Says why the path gives no value in this workflow; null when it may give one. */
export function findUnknownVariable(
  path: string,
  { inputsSchema, steps }: Pick<Definition, 'inputsSchema' | 'steps'>,
): string | null {
  const [root, first] = path.split('.');
  if (first === undefined) return null;
  if (root === 'steps') {
    const known = steps.map(({ name }) => name);
    if (known.includes(first)) return null;
    return `“${first}” is not a step of this workflow${known.length === 0 ? '.' : `; it has ${known.join(', ')}.`}`;
  }
  const properties = isJsonObject(inputsSchema['properties']) ? inputsSchema['properties'] : {};
  if (Object.hasOwn(properties, first) || inputsSchema['additionalProperties'] !== false) return null;
  const known = Object.keys(properties);
  const rest = known.length === 0 ? 'it asks for none.' : `it has ${known.join(', ')}.`;
  return `“${first}” is not an input of this workflow; ${rest}`;
}

function listProperties(schema: JsonValue | undefined, path: string, depth: number): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties']) || depth >= maxDepth) return [];
  return Object.entries(schema['properties']).flatMap(([name, property]) => {
    const below = listProperties(property, `${path}.${name}`, depth + 1);
    return below.length === 0 ? [`${path}.${name}`] : below;
  });
}
